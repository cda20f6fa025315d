-- Bind a number that an account has brought, with its login; unless it is the operator's, or another account's.
-- KEYS number, numbers of the agent, numbers, agent   ARGV account, number, agent, channels as JSON, when, settings of a new
--   number as JSON, login as JSON
-- returns 'brought', 'taken', or 'gone' when the agent has been deleted meanwhile
local channels = cjson.decode(ARGV[4])
local owner, before, sid = unpack(redis.call('HMGET', KEYS[1], 'account_id', 'agent_id', 'twilio_sid'))
if redis.call('EXISTS', KEYS[1]) == 1 and (owner ~= ARGV[1] or not sid) then return 'taken' end
if redis.call('EXISTS', KEYS[4]) == 0 then return 'gone' end
release_brought(channels, ARGV[3], ARGV[2])
if before then redis.call('SREM', channels.agent_numbers .. before, ARGV[2]) end
for name, value in pairs(cjson.decode(ARGV[6])) do redis.call('HSETNX', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'account_id', ARGV[1], 'agent_id', ARGV[3], 'bound_at', ARGV[5], 'use', 'own')
redis.call('HDEL', KEYS[1], 'twilio_flaw')
for name, value in pairs(cjson.decode(ARGV[7])) do redis.call('HSET', KEYS[1], name, value) end
redis.call('ZADD', KEYS[3], 0, ARGV[2])
redis.call('SADD', KEYS[2], ARGV[2])
return 'brought'
