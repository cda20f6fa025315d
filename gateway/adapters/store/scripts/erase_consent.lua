-- Erase ledgers whose pair has been silent for longer than they are kept. Who is out stays out, and who opted in after an
-- opt-out that is noted elsewhere, too, stays in: or that opt-out would come back.
-- KEYS aging consent, ledgers   ARGV milliseconds that they are kept, most, prefixes of ledgers, standings and places
-- returns how many were erased
local function is_out(place, texter) return redis.call('HGET', ARGV[4] .. place .. ':' .. texter, 'state') == 'out' end

local function is_out_anywhere(texter)
  for _, place in ipairs(redis.call('SMEMBERS', ARGV[5] .. texter)) do
    if is_out(place, texter) then return true end
  end
  return false
end

local aged = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms() - ARGV[1], 'LIMIT', 0, ARGV[2])
for _, pair in ipairs(aged) do
  local place, texter = string.match(pair, '^(.+):(.+)$')
  redis.call('DEL', ARGV[3] .. pair)
  local is_in = redis.call('HGET', ARGV[4] .. pair, 'state') == 'in'
  if not is_out(place, texter) and not (is_in and is_out_anywhere(texter)) then
    redis.call('DEL', ARGV[4] .. pair)
    redis.call('SREM', ARGV[5] .. texter, place)
  end
  redis.call('ZREM', KEYS[1], pair)
  redis.call('ZREM', KEYS[2], pair)
end
return #aged
