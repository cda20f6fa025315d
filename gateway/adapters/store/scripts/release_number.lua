-- Let a number go, with all that is known of it.
-- KEYS number, guests, numbers, pool, sandboxes   ARGV number, channels as JSON
-- returns the fields that it had
local fields, agent = redis.call('HGETALL', KEYS[1]), redis.call('HGET', KEYS[1], 'agent_id')
local channels = cjson.decode(ARGV[2])
redis.call('DEL', KEYS[1], KEYS[2], channels.former_tokens .. ARGV[1])
for i = 3, 5 do redis.call('ZREM', KEYS[i], ARGV[1]) end
if agent then redis.call('SREM', channels.agent_numbers .. agent, ARGV[1]) end
dissolve_sandbox(channels, ARGV[1])
return fields
