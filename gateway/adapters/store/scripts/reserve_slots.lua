-- Reserve the time that a reply's parts take at the rate of their number's kind: in a row behind what was reserved before,
-- or, when the last of them would have to wait too long, not at all.
-- KEYS throttle, number   ARGV milliseconds that a segment takes, by kind, as JSON; segments of each part as JSON; the
--   longest wait in milliseconds
-- returns the milliseconds until each part may leave, or nil
local now = now_ms()
local pace = cjson.decode(ARGV[1])[redis.call('HGET', KEYS[2], 'kind') or 'long'] or 0
local free, seen = unpack(redis.call('HMGET', KEYS[1], 'free_ms', 'seen_ms'))
local at = tonumber(free) or 0
-- a clock that was set back must not have anybody wait until it has caught up
if seen and now < tonumber(seen) then at = at - (seen - now) end
at = math.max(now, at)
local waits = {}
for i, segments in ipairs(cjson.decode(ARGV[2])) do
  waits[i] = pace > 0 and math.ceil(at - now) or 0
  at = at + segments * pace
end
if waits[#waits] > tonumber(ARGV[3]) then return nil end
if at > now then
  redis.call('HSET', KEYS[1], 'free_ms', string.format('%.3f', at), 'seen_ms', now)
  redis.call('PEXPIRE', KEYS[1], math.ceil(at - now))
end
return waits
