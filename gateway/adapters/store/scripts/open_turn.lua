-- Open a turn for everything that waits, or resume the one that a worker left unfinished.
-- KEYS hold, conversation, inbox, waiting, aging texts, aging traces, turns of the conversation
-- ARGV token, new turn's id, turn prefix, message prefix, trace prefix, most messages, most tries, '1' when alone,
--   caps as JSON, consent as JSON, prefixes of numbers and accounts, texters that are blocked, spend as JSON
-- returns 'empty'; 'gather' and milliseconds, while others may follow; 'suspect' when only somebody alone may open it;
--   or 'open', conversation, turn, consent, whose brand and contact, whether the texter is blocked

-- Tell whose turn it is: the agent's that the number is bound to now, the account's, and the texter's, where one is named.
local function read_takers()
  local account, agent, texter, number, id, user_ref =
    unpack(redis.call('HMGET', KEYS[2], 'account_id', 'agent_id', 'texter_hash', 'number', 'id', 'user_ref'))
  local owner, bound = unpack(redis.call('HMGET', ARGV[11] .. (number or ''), 'account_id', 'agent_id'))
  local named = texter and account .. ':' .. texter or (user_ref and id)
  return {agent = owner == account and bound or agent, account = account, texter = named or nil}, texter
end

-- Take what a turn takes from the caps, on spend and on turns, and write down on the turn what came of it.
local function take_allowance(turn, brand)
  local caps, spend = cjson.decode(ARGV[9]), cjson.decode(ARGV[14])
  local whose, texter = read_takers()
  local purses, is_disclosed = read_purses(spend, whose), redis.call('HEXISTS', KEYS[2], 'disclosed_at') == 1
  local wanted, model, line = estimate(spend, whose, purses, brand, is_disclosed)
  local full, counts, spent = find_full(purses, wanted), nil, nil
  if full then spent = full else counts, spent = take_turn(caps, whose) end
  if spent then
    redis.call('HSET', turn, 'usage', cjson.encode({spent}))
    -- the line that says so costs a segment, too: who can't be told within the caps is not told
    local tells = texter and not find_full(purses, line) and may_tell(turn, spent, texter)
    if tells then keep_until(spent, caps) end
    reserve(turn, purses, whose, spend, tells and line or 0, 0)
    return tells and 'spent_first' or 'spent'
  end
  reserve(turn, purses, whose, spend, wanted, model)
  local taken = {}
  for i, count in ipairs(counts) do taken[i] = count.key end
  if #taken > 0 then redis.call('HSET', turn, 'taken', cjson.encode(taken)) end
  local near = {}
  for _, count in ipairs(counts) do
    if count.used >= count.most * caps.near then table.insert(near, count) end
  end
  for _, purse in ipairs(purses) do
    if purse.most and purse.used >= purse.most * caps.near then table.insert(near, purse) end
  end
  if #near > 0 then redis.call('HSET', turn, 'usage', cjson.encode(near)) end
  return 'granted'
end

local conversation = redis.call('HGETALL', KEYS[2])
local turn_id = redis.call('HGET', KEYS[2], 'turn_id')
local number, account, texter = unpack(redis.call('HMGET', KEYS[2], 'number', 'account_id', 'texter_hash'))
local voice = read_voice(ARGV[11] .. (number or ''), ARGV[12] .. (account or ''))
if not turn_id then
  local id, channel, gather_ms = unpack(redis.call('HMGET', KEYS[2], 'id', 'channel', 'gather_ms'))
  -- an API message is a turn of its own; texts that wait are answered together
  local most = channel == 'api' and 1 or tonumber(ARGV[6])
  local messages = redis.call('ZRANGE', KEYS[3], 0, most - 1)
  if #messages == 0 then return {'empty'} end
  -- not longer than that, whatever Redis's clock does meanwhile
  local left = math.min(gather_ms, gather_ms + (redis.call('ZSCORE', KEYS[4], id) or 0) - now_ms())
  if left > 0 then return {'gather', left} end
  turn_id = ARGV[2]
  local turn = ARGV[3] .. turn_id
  redis.call('HSET', turn, 'id', turn_id, 'conversation_id', id, 'messages', cjson.encode(messages),
    'opened_ms', now_ms(), 'allowance', take_allowance(turn, voice[1]))
  redis.call('ZADD', KEYS[5], now_ms(), 'turn:' .. turn_id)
  redis.call('SADD', KEYS[7], turn_id)
  redis.call('ZADD', KEYS[6], now_ms(), turn_id)
  redis.call('HSET', KEYS[2], 'turn_id', turn_id)
  for _, message in ipairs(messages) do
    redis.call('HSET', ARGV[4] .. message, 'turn_id', turn_id)
    local trace = redis.call('HGET', ARGV[4] .. message, 'trace_id')
    if trace then redis.call('HSET', ARGV[5] .. trace, 'turn_id', turn_id) end
  end
end
local tries = tonumber(redis.call('HGET', ARGV[3] .. turn_id, 'tries') or 0)
if ARGV[8] ~= '1' and tries > 0 and tries + 1 >= tonumber(ARGV[7]) then return {'suspect'} end
redis.call('HSET', ARGV[3] .. turn_id, 'tries', tries + 1, 'tried_by', ARGV[1])
local consent = texter and read_standing(cjson.decode(ARGV[10]), number, account, texter) or 'unset'
local blocked = redis.call('HEXISTS', ARGV[13], texter or '')
return {'open', conversation, redis.call('HGETALL', ARGV[3] .. turn_id), consent, voice, blocked}
