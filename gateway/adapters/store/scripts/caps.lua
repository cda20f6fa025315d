-- Functions that count turns against caps; put in front of the script that opens turns, after periods.lua. `caps` is what
-- caps.py describes; `whose` names an agent and, where there is one, a texter.

local function count_of(caps, name, most, whose, periods)
  local kind, period = string.match(name, '^(%a+)_(%a+)$')
  if not whose[kind] then return nil end
  local number, ends = unpack(periods[period])
  local key = caps.prefix .. name .. ':' .. whose[kind] .. ':' .. string.format('%d', number)
  return {cap = name, most = most, ends = ends, key = key, used = tonumber(redis.call('HGET', key, 'turns') or 0)}
end

-- Of several caps that are reached the one that lasts longest: before its end there is no use in trying.
local function lasts_longer(one, other)
  return not other or one.ends > other.ends or (one.ends == other.ends and one.cap < other.cap)
end

local function keep_until(count, caps) redis.call('PEXPIREAT', count.key, string.format('%d', count.ends + caps.margin_ms)) end

-- Take a turn from every cap, or, where one is reached, from none: the counts and the taking are one step, so that caps
-- hold whoever else takes.
-- returns the counts that it was taken from; or nil and the cap that is reached
local function take_turn(caps, whose)
  local periods, counts, spent = periods_at(now_ms()), {}, nil
  for name, most in pairs(caps.most) do
    local count = count_of(caps, name, most, whose, periods)
    table.insert(counts, count)
    if count and count.used >= most and lasts_longer(count, spent) then spent = count end
  end
  if spent then return nil, spent end
  for _, count in ipairs(counts) do
    count.used = redis.call('HINCRBY', count.key, 'turns', 1)
    keep_until(count, caps)
  end
  return counts
end

local function give_back(keys)
  for _, key in ipairs(keys) do
    -- what has lapsed counts no more
    if redis.call('EXISTS', key) == 1 then redis.call('HINCRBY', key, 'turns', -1) end
  end
end
