-- Erase texts that are older than they are kept: of messages, of turns, of conversations' histories.
-- KEYS aging texts, dead, seated
-- ARGV milliseconds that texts are kept, milliseconds that a message is known for, most,
--      prefixes of messages, turns, SIDs, conversations, histories, inboxes, texters' conversations and conversations'
--      turns, the list of conversations
-- returns how many were looked at
local cut = now_ms() - ARGV[1]
local erase = {}

function erase.message(id, at)
  local key = ARGV[4] .. id
  local answer, trace, account_sid, unheard = unpack(
    redis.call('HMGET', key, 'answer', 'trace_id', 'account_sid', 'unheard'))
  redis.call('DEL', key)
  if unheard then redis.call('SREM', unheard, id) end
  local known_until = at + ARGV[2]
  if answer and known_until > now_ms() then
    -- without its words: Twilio's repetitions must still be recognised, and nobody else's taken for one
    redis.call('HSET', key, 'answer', answer, 'trace_id', trace)
    if account_sid then redis.call('HSET', key, 'account_sid', account_sid) end
    redis.call('PEXPIREAT', key, known_until)
  end
end

function erase.turn(id)
  local key = ARGV[5] .. id
  for i = 0, #cjson.decode(redis.call('HGET', key, 'parts') or '[]') - 1 do
    local sid = redis.call('HGET', key, 'part:' .. i .. ':sid')
    if sid then redis.call('DEL', ARGV[6] .. sid) end
  end
  redis.call('SREM', ARGV[11] .. (redis.call('HGET', key, 'conversation_id') or ''), id)
  redis.call('DEL', key)
  redis.call('ZREM', KEYS[2], id)
end

function erase.conversation(id)
  local key, history = ARGV[7] .. id, ARGV[8] .. id
  local oldest = redis.call('LINDEX', history, 0)
  while oldest and cjson.decode(oldest).at_ms <= cut do
    redis.call('LPOP', history)
    oldest = redis.call('LINDEX', history, 0)
  end
  if oldest then return cjson.decode(oldest).at_ms end
  -- a conversation with a seat is the only one to know whose seat it is
  local is_busy = redis.call('EXISTS', ARGV[9] .. id) == 1 or redis.call('ZSCORE', KEYS[3], id)
  if is_busy then return now_ms() end
  local texter = redis.call('HGET', key, 'texter_hash')
  if texter then redis.call('SREM', ARGV[10] .. texter, id) end
  drop_use(ARGV[12], key, id)
  redis.call('DEL', key)
end

local aged = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', cut, 'WITHSCORES', 'LIMIT', 0, ARGV[3])
for i = 1, #aged, 2 do
  local kind, id = string.match(aged[i], '^(%a+):(.+)$')
  local look_again = erase[kind](id, tonumber(aged[i + 1]))
  if look_again then
    redis.call('ZADD', KEYS[1], look_again, aged[i])
  else
    redis.call('ZREM', KEYS[1], aged[i])
  end
end
return #aged / 2
