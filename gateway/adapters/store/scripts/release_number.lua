-- Let a number go, with all that is known of it.
-- KEYS number, guests, members, numbers, pool, sandboxes   ARGV number, prefix of agents' numbers
-- returns the fields that it had
local fields, agent = redis.call('HGETALL', KEYS[1]), redis.call('HGET', KEYS[1], 'agent_id')
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
for i = 4, 6 do redis.call('ZREM', KEYS[i], ARGV[1]) end
if agent then redis.call('SREM', ARGV[2] .. agent, ARGV[1]) end
return fields
