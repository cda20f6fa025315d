-- Forget a conversation at once, whoever is at it: their next write finds the hold gone, and ends there. Of many turns the
-- closed ones go first, a few at a time: whoever stops half-way can begin again.
-- KEYS conversation, inbox, history, hold, apology, waiting, turns, aging texts, dead
-- ARGV conversation, seating as JSON, most turns, names as JSON, a key without which nothing is forgotten any more, or ''
-- returns how many texts and turns were forgotten, and whether that was all
local names, forgotten = cjson.decode(ARGV[4]), 0
if ARGV[5] ~= '' and redis.call('EXISTS', ARGV[5]) == 0 then return {0, 1} end

-- Tell who waits for the reply to a message that there will be none.
local function dismiss(id, listener, trace)
  redis.call('HSET', trace, 'outcome', 'forgotten')
  if not listener then return end
  redis.call('SET', names.reply .. id, names.no_reply, 'EX', names.reply_seconds)
  redis.call('PUBLISH', listener, id)
end

local function break_promise(promise, message)
  if promise and redis.call('HGET', promise, 'message_id') == message then redis.call('DEL', promise) end
end

local function forget_message(id)
  local key = names.message .. id
  local answer, trace_id, account_sid, listener, promise, unheard = unpack(
    redis.call('HMGET', key, 'answer', 'trace_id', 'account_sid', 'reply_channel', 'promise', 'unheard'))
  if unheard then redis.call('SREM', unheard, id) end
  forgotten = forgotten + redis.call('DEL', key, names.reply .. id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', KEYS[8], 'message:' .. id)
  break_promise(promise, id)
  if trace_id and redis.call('HGET', names.trace .. trace_id, 'outcome') == 'admitted' then
    dismiss(id, listener, names.trace .. trace_id)
  end
  if not answer then return end
  -- without its words: Twilio's repetitions must still be recognised
  redis.call('HSET', key, 'answer', answer, 'trace_id', trace_id)
  if account_sid then redis.call('HSET', key, 'account_sid', account_sid) end
  redis.call('PEXPIRE', key, names.known_ms)
end

local function forget_turn(id)
  local key = names.turn .. id
  book_turn(key, KEYS[1], 'forgotten', names.books) -- of one that is open, what it has cost, or may have, stays counted
  leave_untold(key)
  local messages, parts = unpack(redis.call('HMGET', key, 'messages', 'parts'))
  for _, message in ipairs(cjson.decode(messages or '[]')) do forget_message(message) end
  for i = 0, #cjson.decode(parts or '[]') - 1 do
    local sid = redis.call('HGET', key, 'part:' .. i .. ':sid')
    if sid then redis.call('DEL', names.sid .. sid) end
  end
  forgotten = forgotten + redis.call('DEL', key)
  redis.call('ZREM', KEYS[9], id)
  redis.call('ZREM', KEYS[8], 'turn:' .. id)
  redis.call('SREM', KEYS[7], id)
end

local account, open, texter, number =
  unpack(redis.call('HMGET', KEYS[1], 'account_id', 'turn_id', 'texter_hash', 'number'))
local turns = redis.call('SRANDMEMBER', KEYS[7], ARGV[3] + 1)
local is_last = #turns <= tonumber(ARGV[3])
for _, turn in ipairs(turns) do
  if is_last or turn ~= open then forget_turn(turn) end
end
if not is_last then return {forgotten, 0} end
for _, message in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do forget_message(message) end
if texter then redis.call('SREM', names.conversations .. texter, ARGV[1]) end
if texter and number then redis.call('DEL', names.rally .. number .. ':' .. texter) end
drop_use(names.recent, KEYS[1], ARGV[1])
for i = 1, 5 do redis.call('DEL', KEYS[i]) end
redis.call('ZREM', KEYS[6], ARGV[1])
redis.call('ZREM', KEYS[8], 'conversation:' .. ARGV[1])
if account then
  local seating = cjson.decode(ARGV[2])
  redis.call('ZREM', seating.backlog .. account, ARGV[1])
  for _, following in ipairs(leave_seat(seating, account, ARGV[1])) do wake(seating, following) end
end
return {forgotten, 1}
