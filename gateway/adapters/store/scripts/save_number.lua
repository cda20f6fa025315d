-- Keep a number's settings, and nothing of those that it had before; whose it is, and its login, stay. What was brought
-- is its agent's own.
-- KEYS number, numbers, pool, sandboxes   ARGV number, settings as JSON, use or '' as it was, channels as JSON
-- returns 0 when it is bound and can't be a sandbox
local kept = {'account_id', 'agent_id', 'bound_at', 'twilio_sid', 'twilio_token', 'twilio_flaw'}
local before = redis.call('HMGET', KEYS[1], unpack(kept))
local account, brought = before[1], before[4]
local channels = cjson.decode(ARGV[4])
local use = ARGV[3] ~= '' and ARGV[3] or redis.call('HGET', KEYS[1], 'use') or 'own'
if use == 'sandbox' and account then return 0 end
if brought then use = 'own' end
redis.call('DEL', KEYS[1])
for name, value in pairs(cjson.decode(ARGV[2])) do redis.call('HSET', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'use', use)
for i, name in ipairs(kept) do
  if before[i] then redis.call('HSET', KEYS[1], name, before[i]) end
end
redis.call('ZADD', KEYS[2], 0, ARGV[1])
if use ~= 'pool' or account then
  redis.call('ZREM', KEYS[3], ARGV[1])
elseif not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  redis.call('ZADD', KEYS[3], redis.call('INCR', channels.arrivals), ARGV[1])
end
if use == 'sandbox' then
  redis.call('ZADD', KEYS[4], 0, ARGV[1])
else
  redis.call('ZREM', KEYS[4], ARGV[1])
  dissolve_sandbox(channels, ARGV[1])
end
return 1
