-- Functions that seat conversations; put in front of the scripts that do, after clock.lua. `seating` is what seating.py describes.
-- An account has so many seats, and a conversation is woken and answered only while it has one; the others stand in the
-- account's backlog. A seat that lapses was forgotten by whoever should have come, and the sweep looks into it. A conversation
-- whose reply waits for its number steps aside: it is among those at work still, held and looked after, but has no seat.

local function keep_seat(seating, account, conversation, milliseconds)
  local lapses = now_ms() + milliseconds
  redis.call('ZADD', seating.seats .. account, lapses, conversation)
  redis.call('ZADD', seating.seated, lapses, conversation)
end

local function is_aside(seating, account, conversation)
  return redis.call('ZSCORE', seating.seated, conversation)
    and not redis.call('ZSCORE', seating.seats .. account, conversation)
end

-- Keep what a conversation has: its seat, or its place aside.
local function keep_place(seating, account, conversation, milliseconds)
  if not is_aside(seating, account, conversation) then
    return keep_seat(seating, account, conversation, milliseconds)
  end
  redis.call('ZADD', seating.seated, now_ms() + milliseconds, conversation)
end

-- Ordered by a counter: the clocks of whoever writes and whoever reads the queue need not agree.
local function wake(seating, conversation)
  local order = redis.call('INCR', seating.arrivals)
  local job_id = 'wake:' .. conversation .. ':' .. order
  local job = string.gsub(seating.job, seating.conversation, conversation)
  redis.call('SET', seating.job_prefix .. job_id, job, 'EX', seating.job_seconds)
  redis.call('ZADD', seating.queue, order, job_id)
end

-- Give a conversation a seat, or a place in its account's backlog, `order` or the last; true when it was woken.
local function line_up(seating, account, conversation, order)
  if redis.call('ZSCORE', seating.seats .. account, conversation) then return end
  -- who has stepped aside looks for itself what has come, and the sweep does when it is dead
  if redis.call('ZSCORE', seating.seated, conversation) then return end
  if redis.call('ZCARD', seating.seats .. account) < seating.most then
    keep_seat(seating, account, conversation, seating.wake_ms)
    wake(seating, conversation)
    return true
  end
  redis.call('ZADD', seating.backlog .. account, 'NX', order or redis.call('INCR', seating.arrivals), conversation)
end

-- Free a conversation's seat for whoever has stood longest in the account's backlog, and return who that is.
local function leave_seat(seating, account, conversation)
  redis.call('ZREM', seating.seats .. account, conversation)
  redis.call('ZREM', seating.seated, conversation)
  local seated = {}
  while redis.call('ZCARD', seating.seats .. account) < seating.most do
    local following = redis.call('ZPOPMIN', seating.backlog .. account)[1]
    if not following then break end
    keep_seat(seating, account, following, seating.wake_ms)
    table.insert(seated, following)
  end
  return seated
end

-- Have a conversation that stepped aside stand in line again, if anything waits in it.
local function come_back(seating, account, conversation, inbox, order)
  redis.call('ZREM', seating.seated, conversation)
  return redis.call('ZCARD', inbox) > 0 and line_up(seating, account, conversation, order)
end
