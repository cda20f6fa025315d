-- Functions that seat conversations; put in front of the scripts that do, after clock.lua. `seating` is what seating.py describes.
-- An account has so many seats, and a conversation is woken and answered only while it has one; the others stand in the
-- account's backlog. A seat that lapses was forgotten by whoever should have come, and the sweep looks into it.

local function keep_seat(seating, account, conversation, milliseconds)
  local lapses = now_ms() + milliseconds
  redis.call('ZADD', seating.seats .. account, lapses, conversation)
  redis.call('ZADD', seating.seated, lapses, conversation)
end

-- Ordered by a counter: the clocks of whoever writes and whoever reads the queue need not agree.
local function wake(seating, conversation)
  local order = redis.call('INCR', seating.arrivals)
  local job_id = 'wake:' .. conversation .. ':' .. order
  local job = string.gsub(seating.job, seating.conversation, conversation)
  redis.call('SET', seating.job_prefix .. job_id, job, 'EX', seating.job_seconds)
  redis.call('ZADD', seating.queue, order, job_id)
end

-- Give a conversation a seat, or a place in its account's backlog.
local function line_up(seating, account, conversation)
  if redis.call('ZSCORE', seating.seats .. account, conversation) then return end
  if redis.call('ZCARD', seating.seats .. account) < seating.most then
    keep_seat(seating, account, conversation, seating.wake_ms)
    return wake(seating, conversation)
  end
  redis.call('ZADD', seating.backlog .. account, 'NX', redis.call('INCR', seating.arrivals), conversation)
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
