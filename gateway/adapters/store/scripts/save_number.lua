-- Keep a number's settings, and nothing of those that it had before; who it is bound for stays as it is.
-- KEYS number, numbers, pool, sandboxes, members   ARGV number, settings as JSON, use or '' as it was, counter of arrivals
-- returns 0 when it is bound and can't be a sandbox
local account, agent, bound_at, was = unpack(redis.call('HMGET', KEYS[1], 'account_id', 'agent_id', 'bound_at', 'use'))
local use = ARGV[3] ~= '' and ARGV[3] or was or 'own'
if use == 'sandbox' and account then return 0 end
redis.call('DEL', KEYS[1])
for name, value in pairs(cjson.decode(ARGV[2])) do redis.call('HSET', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'use', use)
if account then redis.call('HSET', KEYS[1], 'account_id', account, 'agent_id', agent, 'bound_at', bound_at) end
redis.call('ZADD', KEYS[2], 0, ARGV[1])
if use ~= 'pool' or account then
  redis.call('ZREM', KEYS[3], ARGV[1])
elseif not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  redis.call('ZADD', KEYS[3], redis.call('INCR', ARGV[4]), ARGV[1])
end
if use == 'sandbox' then
  redis.call('ZADD', KEYS[4], 0, ARGV[1])
else
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('DEL', KEYS[5])
end
return 1
