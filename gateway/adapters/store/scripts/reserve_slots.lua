-- Reserve the time that a reply's parts take at the rate of their number's kind: in a row behind what was reserved before,
-- or, when the last of them would have to wait too long, not at all. A turn reserves once: who resumes it has what was
-- reserved, however late, with the parts as far apart as at first. So no segment leaves before a time that was its own alone,
-- and in sum a number is never faster than its rate.
-- KEYS throttle, number, turn   ARGV milliseconds that a segment takes, by kind, as JSON; the parts' fields as JSON; segments
--   of each as JSON; the longest wait in milliseconds
-- returns the milliseconds until each part may leave, or nil
local now = now_ms()
local pace = cjson.decode(ARGV[1])[redis.call('HGET', KEYS[2], 'kind') or 'long'] or 0
local fields, segments = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])

-- A clock that was set back must not have anybody wait until it has caught up.
local function read_time(at, seen)
  return (tonumber(at) or 0) - math.max(0, (tonumber(seen) or now) - now)
end

-- Place the parts in a row, none before its time; returns their waits, or nil, and when the row has ended.
local function line_up_parts(read_begin)
  local waits, at = {}, now
  for i, field in ipairs(fields) do
    if pace > 0 then at = math.max(at, read_begin(field)) end
    waits[i] = math.ceil(at - now)
    at = at + segments[i] * pace
  end
  return waits[#waits] <= tonumber(ARGV[4]) and waits or nil, at
end

local slots, slots_seen = unpack(redis.call('HMGET', KEYS[3], 'slots', 'slots_seen_ms'))
if slots then
  local begins = cjson.decode(slots)
  return line_up_parts(function(field) return read_time(begins[field], slots_seen) end), nil
end
local free, seen = unpack(redis.call('HMGET', KEYS[1], 'free_ms', 'seen_ms'))
local free_at = read_time(free, seen)
local waits, at = line_up_parts(function() return free_at end)
if not waits then return nil end
if at > now then
  redis.call('HSET', KEYS[1], 'free_ms', string.format('%.3f', at), 'seen_ms', now)
  redis.call('PEXPIRE', KEYS[1], math.ceil(at - now))
end
-- a turn that has been forgotten meanwhile stays so
if redis.call('EXISTS', KEYS[3]) == 1 then
  local begins = {}
  for i, field in ipairs(fields) do begins[field] = now + waits[i] end
  redis.call('HSET', KEYS[3], 'slots', cjson.encode(begins), 'slots_seen_ms', now)
end
return waits
