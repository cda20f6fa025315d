-- Open a turn for everything that waits, or resume the one that a worker left unfinished.
-- KEYS hold, conversation, inbox, waiting, aging texts, aging traces
-- ARGV token, new turn's id, turn prefix, message prefix, trace prefix, most messages
-- returns 'empty'; 'gather' and milliseconds, while others may follow; or 'open', conversation, turn
local conversation = redis.call('HGETALL', KEYS[2])
local turn_id = redis.call('HGET', KEYS[2], 'turn_id')
if not turn_id then
  local id, channel, gather_ms = unpack(redis.call('HMGET', KEYS[2], 'id', 'channel', 'gather_ms'))
  -- an API message is a turn of its own; texts that wait are answered together
  local most = channel == 'api' and 1 or tonumber(ARGV[6])
  local messages = redis.call('ZRANGE', KEYS[3], 0, most - 1)
  if #messages == 0 then return {'empty'} end
  local left = gather_ms + (redis.call('ZSCORE', KEYS[4], id) or 0) - now_ms()
  if left > 0 then return {'gather', left} end
  turn_id = ARGV[2]
  local turn = ARGV[3] .. turn_id
  redis.call('HSET', turn, 'id', turn_id, 'conversation_id', id, 'messages', cjson.encode(messages),
    'opened_ms', now_ms())
  redis.call('ZADD', KEYS[5], now_ms(), 'turn:' .. turn_id)
  redis.call('ZADD', KEYS[6], now_ms(), turn_id)
  redis.call('HSET', KEYS[2], 'turn_id', turn_id)
  for _, message in ipairs(messages) do
    redis.call('HSET', ARGV[4] .. message, 'turn_id', turn_id)
    local trace = redis.call('HGET', ARGV[4] .. message, 'trace_id')
    if trace then redis.call('HSET', ARGV[5] .. trace, 'turn_id', turn_id) end
  end
end
redis.call('HINCRBY', ARGV[3] .. turn_id, 'tries', 1)
return {'open', conversation, redis.call('HGETALL', ARGV[3] .. turn_id)}
