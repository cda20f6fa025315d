-- Bind a number to an agent, unless it is another account's.
-- KEYS number, numbers, numbers of the agent   ARGV account, number, agent, prefix of agents' numbers, then fields
local owner = redis.call('HGET', KEYS[1], 'account_id')
if owner and owner ~= ARGV[1] then return 0 end
local before = redis.call('HGET', KEYS[1], 'agent_id')
if before then redis.call('SREM', ARGV[4] .. before, ARGV[2]) end
for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', KEYS[2], 0, ARGV[2])
redis.call('SADD', KEYS[3], ARGV[2])
return 1
