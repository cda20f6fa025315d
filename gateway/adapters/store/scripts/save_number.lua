-- Keep a number's settings, and nothing of those that it had before.
-- KEYS number, numbers   ARGV number, settings as JSON
local bound = redis.call('HMGET', KEYS[1], 'account_id', 'agent_id', 'bound_at')
redis.call('DEL', KEYS[1])
for name, value in pairs(cjson.decode(ARGV[2])) do redis.call('HSET', KEYS[1], name, value) end
if bound[1] then redis.call('HSET', KEYS[1], 'account_id', bound[1], 'agent_id', bound[2], 'bound_at', bound[3]) end
redis.call('ZADD', KEYS[2], 0, ARGV[1])
