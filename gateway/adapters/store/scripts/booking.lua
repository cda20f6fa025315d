-- Functions that book what a turn has cost, in microcents; put in front of the scripts that end turns.
-- `books` is what spending.py describes.
local NOT_SENT = {pending = true, failed = true, cancelled = true, withdrawn = true}

local function cents(microcents)
  return (string.gsub(string.gsub(string.format('%.6f', microcents / 1000000), '0+$', ''), '%.$', ''))
end

-- What a turn costs, as its reply was recorded. Of one without a reply nobody knows: its model may have been asked, and be
-- answering yet, so what was reserved for that counts, and is said to be no sum that a price was found for.
local function read_cost(turn, reserved)
  local recorded = redis.call('HGET', turn, 'cost')
  if recorded then return cjson.decode(recorded) end
  local model = tonumber(reserved.model or 0)
  return {parts = {}, model = model, by_operator = reserved.by_operator, unpriced = model > 0}
end

-- Count what a turn came to: its tokens, and those of its parts that its carrier has, or may have.
local function count_cost(turn, cost)
  local count = {
    parts_sent = 0, parts_failed = 0, segments = 0, segment_microcents = 0, operator_microcents = 0,
    tokens_in = cost.tokens_in or 0, tokens_out = cost.tokens_out or 0, model_microcents = cost.model or 0,
    unpriced_turns = cost.unpriced and 1 or 0,
  }
  if cost.by_operator then count.operator_microcents = count.model_microcents end
  for i, part in ipairs(cost.parts) do
    local field = 'part:' .. (i - 1)
    local state, by = unpack(redis.call('HMGET', turn, field, field .. ':by'))
    if state == 'failed' then count.parts_failed = count.parts_failed + 1 end
    if state and not NOT_SENT[state] then
      count.parts_sent = count.parts_sent + 1
      count.segments = count.segments + part[1]
      count.segment_microcents = count.segment_microcents + part[2]
      -- a number that was brought is billed by its own account at Twilio
      if (by or '') == '' then count.operator_microcents = count.operator_microcents + part[2] end
    end
  end
  count.total = count.segment_microcents + count.model_microcents
  return count
end

-- Have the purses hold what a turn has cost instead of what it might have.
local function settle_purses(reserved, count)
  for _, key in ipairs(reserved.purses) do
    -- what has lapsed counts no more
    if redis.call('EXISTS', key) == 1 then
      redis.call('HINCRBY', key, 'microcents', string.format('%.0f', count.total - reserved.amount))
    end
  end
  local month = reserved.purses[2]
  local dearest = tonumber(redis.call('HGET', month, 'dearest') or 0)
  if count.model_microcents > dearest and redis.call('EXISTS', month) == 1 then
    redis.call('HSET', month, 'dearest', string.format('%.0f', count.model_microcents))
  end
end

local function add(key, field, amount)
  if amount ~= 0 then redis.call('HINCRBY', key, field, string.format('%.0f', amount)) end
end

-- Book a turn, once, on the day it was opened: for its agent and account, and for its conversation.
-- returns what a trace tells of it, or nil when it was booked before
local function book_turn(turn, conversation, outcome, books)
  local reserved, opened_ms, messages = unpack(redis.call('HMGET', turn, 'reserved', 'opened_ms', 'messages'))
  if not reserved or redis.call('HSETNX', turn, 'booked', '1') == 0 then return nil end
  reserved = cjson.decode(reserved)
  local count = count_cost(turn, read_cost(turn, reserved))
  settle_purses(reserved, count)
  local total, day = count.total, math.floor(opened_ms / 86400000)
  count.total = nil
  for name, amount in pairs(count) do add(conversation, 'spent_' .. name, amount) end
  count.turns, count.texts = outcome == 'capped' and 0 or 1, #cjson.decode(messages)
  count['outcome_' .. outcome] = 1
  local book = books.prefix .. reserved.account .. ':' .. string.format('%d', day)
  for name, amount in pairs(count) do add(book, reserved.agent .. ':' .. name, amount) end
  redis.call('PEXPIREAT', book, string.format('%.0f', (day + 1) * 86400000 + books.life_ms))
  if total == 0 and count.tokens_in + count.tokens_out == 0 then return {} end
  return {
    segments = count.segments, tokens_in = count.tokens_in, tokens_out = count.tokens_out, cents = cents(total),
    unpriced = count.unpriced_turns > 0 or nil,
  }
end
