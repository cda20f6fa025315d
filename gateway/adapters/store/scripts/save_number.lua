-- Keep a number's settings, and nothing of those that it had before; whose it is, and its login, stay.
-- KEYS number, numbers   ARGV number, settings as JSON
local kept = {'account_id', 'agent_id', 'bound_at', 'twilio_sid', 'twilio_token', 'twilio_flaw'}
local before = redis.call('HMGET', KEYS[1], unpack(kept))
redis.call('DEL', KEYS[1])
for name, value in pairs(cjson.decode(ARGV[2])) do redis.call('HSET', KEYS[1], name, value) end
for i, name in ipairs(kept) do
  if before[i] then redis.call('HSET', KEYS[1], name, before[i]) end
end
redis.call('ZADD', KEYS[2], 0, ARGV[1])
