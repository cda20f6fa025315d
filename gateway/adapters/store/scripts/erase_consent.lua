-- Erase ledgers whose pair has been silent for longer than they are kept; who is out stays out.
-- KEYS aging consent, ledgers   ARGV milliseconds that they are kept, most, prefixes of ledgers, standings and places
-- returns how many were erased
local aged = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms() - ARGV[1], 'LIMIT', 0, ARGV[2])
for _, pair in ipairs(aged) do
  redis.call('DEL', ARGV[3] .. pair)
  if redis.call('HGET', ARGV[4] .. pair, 'state') ~= 'out' then
    local place, texter = string.match(pair, '^(.+):(.+)$')
    redis.call('DEL', ARGV[4] .. pair)
    redis.call('SREM', ARGV[5] .. texter, place)
  end
  redis.call('ZREM', KEYS[1], pair)
  redis.call('ZREM', KEYS[2], pair)
end
return #aged
