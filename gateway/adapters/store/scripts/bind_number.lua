-- Bind a number to an agent, unless it is another account's; a number that is new gets its settings, too.
-- KEYS number, numbers of the agent, numbers   ARGV account, number, agent, prefix of agents' numbers, when,
--   settings of a new number as JSON
local owner, before = unpack(redis.call('HMGET', KEYS[1], 'account_id', 'agent_id'))
if owner and owner ~= ARGV[1] then return 0 end
if before then redis.call('SREM', ARGV[4] .. before, ARGV[2]) end
for name, value in pairs(cjson.decode(ARGV[6])) do redis.call('HSETNX', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'account_id', ARGV[1], 'agent_id', ARGV[3], 'bound_at', ARGV[5])
redis.call('ZADD', KEYS[3], 0, ARGV[2])
redis.call('SADD', KEYS[2], ARGV[2])
return 1
