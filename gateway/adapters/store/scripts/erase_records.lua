-- Erase records that are older than they are kept, whose keys are made of prefixes and an id.
-- KEYS aging   ARGV milliseconds that they are kept, most, prefixes…
-- returns how many were erased
local aged = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms() - ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(aged) do
  for i = 3, #ARGV do redis.call('DEL', ARGV[i] .. id) end
  redis.call('ZREM', KEYS[1], id)
end
return #aged
