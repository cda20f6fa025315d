-- Erase ledgers whose pair has been silent for longer than they are kept; who is out stays out.
-- KEYS aging consent   ARGV milliseconds that they are kept, most, prefix of ledgers, prefix of consent
-- returns how many were erased
local aged = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms() - ARGV[1], 'LIMIT', 0, ARGV[2])
for _, pair in ipairs(aged) do
  redis.call('DEL', ARGV[3] .. pair)
  if redis.call('HGET', ARGV[4] .. pair, 'state') ~= 'out' then redis.call('DEL', ARGV[4] .. pair) end
  redis.call('ZREM', KEYS[1], pair)
end
return #aged
