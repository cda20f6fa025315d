-- Take one from each of several quotas, or, when one of them is spent, from none.
-- KEYS counters   ARGV most and seconds of each
-- returns {number of the spent one or 0, number of the tightest, what is left of it, milliseconds until it is full again}
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[2 * i - 1]) then
    return {i, i, 0, redis.call('PTTL', key)}
  end
end
local tightest = {0, 0, math.huge, 0}
for i, key in ipairs(KEYS) do
  local used = redis.call('INCR', key)
  if used == 1 then redis.call('EXPIRE', key, ARGV[2 * i]) end
  local left = tonumber(ARGV[2 * i - 1]) - used
  if left < tightest[3] then tightest = {0, i, left, redis.call('PTTL', key)} end
end
return tightest
