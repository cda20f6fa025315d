-- Redis's clock, the only one that all of us see; put in front of the scripts that look at it.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
