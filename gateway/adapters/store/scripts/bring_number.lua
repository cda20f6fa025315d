-- Bind a number that an account has brought, with its login; unless it is the operator's, or another account's. A token that
-- is replaced by another of the same Twilio account is kept for a while: Twilio may be signing with it still.
-- KEYS number, numbers of the agent, numbers, agent, former token   ARGV account, number, agent, channels as JSON, when,
--   settings of a new number as JSON, login as JSON, seconds for which the token before is kept or 0 when it is the same
-- returns 'brought', 'taken', or 'gone' when the agent has been deleted meanwhile
local channels = cjson.decode(ARGV[4])
local login = cjson.decode(ARGV[7])
local owner, before, sid, token = unpack(
  redis.call('HMGET', KEYS[1], 'account_id', 'agent_id', 'twilio_sid', 'twilio_token'))
if redis.call('EXISTS', KEYS[1]) == 1 and (owner ~= ARGV[1] or not sid) then return 'taken' end
if redis.call('EXISTS', KEYS[4]) == 0 then return 'gone' end
release_brought(channels, ARGV[3], ARGV[2])
if before then redis.call('SREM', channels.agent_numbers .. before, ARGV[2]) end
for name, value in pairs(cjson.decode(ARGV[6])) do redis.call('HSETNX', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'account_id', ARGV[1], 'agent_id', ARGV[3], 'bound_at', ARGV[5], 'use', 'own')
redis.call('HDEL', KEYS[1], 'twilio_flaw')
if sid ~= login.twilio_sid then
  redis.call('DEL', KEYS[5])
elseif tonumber(ARGV[8]) > 0 then
  redis.call('SET', KEYS[5], token, 'EX', ARGV[8])
end
for name, value in pairs(login) do redis.call('HSET', KEYS[1], name, value) end
redis.call('ZADD', KEYS[3], 0, ARGV[2])
redis.call('SADD', KEYS[2], ARGV[2])
return 'brought'
