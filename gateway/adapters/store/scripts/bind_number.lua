-- Bind a number to an agent, unless it is another account's or a sandbox; a number that is new gets its settings, too.
-- What is bound by hand is the pool's no longer.
-- KEYS number, numbers of the agent, numbers, pool, agent, account   ARGV account, number, agent, prefix of agents'
--   numbers, when, settings of a new number as JSON
-- returns 'bound' and the agent that had it before, if any; 'taken' and the use that it is in; 'sandbox', 'gone' when the
--   agent is, or 'closed' when its account is
local owner, before, use = unpack(redis.call('HMGET', KEYS[1], 'account_id', 'agent_id', 'use'))
if redis.call('EXISTS', KEYS[5]) == 0 then return {'gone'} end
if redis.call('HEXISTS', KEYS[6], 'closed_at') == 1 then return {'closed'} end
if use == 'sandbox' then return {'sandbox'} end
if owner and owner ~= ARGV[1] then return {'taken', use or 'own', before} end
if before then redis.call('SREM', ARGV[4] .. before, ARGV[2]) end
for name, value in pairs(cjson.decode(ARGV[6])) do redis.call('HSETNX', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'account_id', ARGV[1], 'agent_id', ARGV[3], 'bound_at', ARGV[5], 'use', 'own')
redis.call('ZADD', KEYS[3], 0, ARGV[2])
redis.call('ZREM', KEYS[4], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[2])
return {'bound', before}
