-- End a turn: exactly its messages leave the inbox, the history grows, whoever waits for the reply hears.
-- KEYS hold, conversation, inbox, turn, history, waiting, steps, dead, aging texts   ARGV token, the closing as JSON
local closing = cjson.decode(ARGV[2])
if redis.call('HGET', KEYS[2], 'turn_id') ~= closing.turn_id then return {'closed'} end
redis.call('HDEL', KEYS[2], 'turn_id')
local account, agent = unpack(redis.call('HMGET', KEYS[2], 'account_id', 'agent_id'))
note_use(closing.recent, KEYS[2], closing.conversation_id, account, closing.answered_by or agent)
if closing.disclosed then redis.call('HSETNX', KEYS[2], 'disclosed_at', closing.at) end
if closing.waits == 'its_rest' then redis.call('HSET', KEYS[2], 'rest_of', closing.turn_id) end
if closing.waits == '' then redis.call('HDEL', KEYS[2], 'rest_of') end
redis.call('HSET', KEYS[4], 'outcome', closing.outcome, 'closed_at', closing.at)
if closing.failure ~= cjson.null then redis.call('HSET', KEYS[4], 'failure', closing.failure) end
local taken = redis.call('HGET', KEYS[4], 'taken')
if taken and closing.unpaid then give_back(cjson.decode(taken)) end
leave_untold(KEYS[4])
local cost = book_turn(KEYS[4], KEYS[2], closing.outcome, closing.books)
local outcomes = {}
for _, message in ipairs(closing.stale) do outcomes[message] = 'stale' end
for _, message in ipairs(cjson.decode(redis.call('HGET', KEYS[4], 'messages'))) do
  redis.call('ZREM', KEYS[3], message)
  local trace = redis.call('HGET', closing.message_prefix .. message, 'trace_id')
  if trace then redis.call('HSET', closing.trace_prefix .. trace, 'outcome', outcomes[message] or closing.outcome) end
  local listener = redis.call('HGET', closing.message_prefix .. message, 'reply_channel')
  if closing.refused then
    -- refused, it has cost nothing: the same request is to be made again
    local promise = redis.call('HGET', closing.message_prefix .. message, 'promise')
    if promise and redis.call('HGET', promise, 'message_id') == message then redis.call('DEL', promise) end
  end
  if listener then
    redis.call('SET', closing.reply_prefix .. message, closing.reply, 'EX', closing.reply_seconds)
    redis.call('PUBLISH', listener, message)
  end
end
for _, utterance in ipairs(closing.history) do redis.call('RPUSH', KEYS[5], utterance) end
redis.call('LTRIM', KEYS[5], -closing.history_length, -1)
redis.call('ZADD', KEYS[9], 'NX', now_ms(), 'conversation:' .. closing.conversation_id)
local oldest = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
if oldest then
  local arrived_ms = redis.call('HGET', closing.message_prefix .. oldest, 'arrived_ms')
  redis.call('ZADD', KEYS[6], arrived_ms or 0, closing.conversation_id)
else
  redis.call('ZREM', KEYS[6], closing.conversation_id)
end
if closing.dead then redis.call('ZADD', KEYS[8], now_ms(), closing.turn_id) end
local step = cjson.decode(closing.step)
for name, value in pairs(cost or {}) do step[name] = value end
redis.call('RPUSH', KEYS[7], cjson.encode(step))
return {'closed'}
