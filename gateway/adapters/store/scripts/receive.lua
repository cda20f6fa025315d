-- Save one inbound text, once, together with all that follows from it.
-- KEYS message, trace, steps   ARGV the saving as JSON, consent as JSON
-- returns {'saved'|'known', answer}, or {'changed'} when consent, or where they are in a sandbox, is no longer what the
--   decision was made on, or they were asked, or told how to join, already, or their wish to be forgotten is not where it
--   was, or who vouches for the text may not any more, or the conversation has been stopped as a loop, or goes on again

-- Tell whether a conversation rests as it did when the text was decided on. What it has heard may have grown meanwhile:
-- of many texts at once each is noted, however few of them have seen each other.
local function rests_as_before(rally)
  local pauses = tonumber(redis.call('HGET', rally.key, 'pauses') or 0)
  return pauses == rally.pauses and (redis.call('HEXISTS', rally.key, 'paused_ms') == 1) == rally.rested
end

-- What a text does to its rally: noted, answered at once or not yet, stopped as a loop, or gone on with.
local function note_hearing(rally)
  local heard, before = {}, not rally.resumes and redis.call('HGET', rally.key, 'heard') or ''
  for each in string.gmatch(before, '%S+') do table.insert(heard, each) end
  table.insert(heard, rally.heard)
  redis.call('HSET', rally.key, 'heard', table.concat(heard, ' ', math.max(1, #heard - rally.most + 1)))
  if rally.said ~= '' then
    redis.call('HSET', rally.key, 'said', rally.said)
  elseif redis.call('HGET', rally.key, 'said') == rally.had_said then -- what was sent since, the next text may answer
    redis.call('HDEL', rally.key, 'said')
  end
  if rally.paused_ms then
    redis.call('HSET', rally.key, 'paused_ms', string.format('%d', rally.paused_ms))
    redis.call('HINCRBY', rally.key, 'pauses', 1)
  end
  if rally.resumes then redis.call('HDEL', rally.key, 'paused_ms') end
  redis.call('PEXPIRE', rally.key, rally.keep_ms)
end

local saving, consent = cjson.decode(ARGV[1]), cjson.decode(ARGV[2])
local known, brought_by = unpack(redis.call('HMGET', KEYS[1], 'answer', 'account_sid'))
if known and brought_by and brought_by ~= saving.message.account_sid then return {'changed'} end
if known then return {'known', known} end
if (redis.call('HGET', saving.number, 'twilio_sid') or '') ~= saving.vouched_by then return {'changed'} end
-- nobody else may have got the number since the decision
local owner = redis.call('HGET', saving.number, 'account_id')
if saving.account and owner and owner ~= saving.account then return {'changed'} end
local now = read_standing(consent, saving.recipient, saving.account, saving.texter_hash)
if now ~= saving.decided_on then return {'changed'} end
local sandbox, channels = saving.sandbox, saving.channels
if (redis.call('HGET', saving.number, 'use') == 'sandbox') ~= (sandbox ~= nil) then return {'changed'} end
if sandbox then
  local is_at = redis.call('HGET', channels.members .. saving.recipient, saving.texter_hash)
  if is_at ~= sandbox.is_at then return {'changed'} end
  if sandbox.joins and redis.call('HGET', channels.codes, sandbox.code) ~= sandbox.joins then return {'changed'} end
end
local pair = saving.recipient .. ':' .. saving.texter_hash
local own = redis.call('HGET', consent.prefix .. pair, 'state')
-- who was out by a STOP elsewhere may have stopped here, too, since the decision
if own == 'out' and saving.change and saving.change.row.state == 'out' then return {'changed'} end
local wish = saving.wish
local wishes = saving.account and redis.call('GET', wish.key) == saving.account
if (wish.erasure == 'done' and not wishes) or (wish.erasure == 'asked' and wishes) then return {'changed'} end
if saving.rally and not rests_as_before(saving.rally) then return {'changed'} end
if saving.asks and redis.call('HSETNX', consent.prefix .. pair, 'asked_ms', now_ms()) == 0 then return {'changed'} end
if sandbox and sandbox.hints and not redis.call('SET', sandbox.hinted, '1', 'NX', 'EX', sandbox.hint_seconds) then
  return {'changed'}
end

save(KEYS[1], KEYS[2], KEYS[3], saving)
if saving.unheard then
  redis.call('SADD', saving.unheard, saving.message.id)
  redis.call('HSET', KEYS[1], 'unheard', saving.unheard)
end
-- whatever else a texter says, they are not sure any more that they want to be forgotten
if wish.erasure == 'asked' then redis.call('SET', wish.key, saving.account, 'EX', wish.seconds) else redis.call('DEL', wish.key) end
if wish.erasure == 'done' then redis.call('HDEL', saving.guests, saving.texter_hash) end
-- who is out stays so when their ledger is erased, and has no first text any more
local is_first = not own
if saving.change and (is_first or saving.change.row.state ~= 'unset') then
  note_consent(consent, saving.change)
elseif not is_first then
  redis.call('ZADD', consent.aging, now_ms(), pair) -- the ledger of a pair is kept from its last message on
end
if sandbox and sandbox.joins then
  join_sandbox(channels, saving.recipient, saving.texter_hash, sandbox.joins)
elseif sandbox and (sandbox.leaves or (saving.change and saving.change.row.state == 'out')) then
  leave_sandbox(channels, saving.recipient, saving.texter_hash)
end
if saving.joins then redis.call('HSET', saving.guests, saving.texter_hash, saving.message.sender) end
if saving.reaffirmed_at then redis.call('HSET', consent.prefix .. pair, 'said_at', saving.reaffirmed_at) end
if saving.asks then
  redis.call('HSET', consent.prefix .. pair, 'asked_sid', saving.message.id, 'asked_account', saving.account)
end
if saving.rally then note_hearing(saving.rally) end
if saving.admission then
  -- what they were asked about was no opt-out, then: the agent hears it, too, and first, if it was written to it
  local asked_ms, sid, account = unpack(redis.call('HMGET', consent.prefix .. pair, 'asked_ms', 'asked_sid', 'asked_account'))
  local asked_key = saving.message_prefix .. (sid or '')
  if sid and account == saving.account and redis.call('HEXISTS', asked_key, 'body') == 1 then
    admit(sid, asked_key, saving.admission, tonumber(asked_ms))
  end
  redis.call('HDEL', consent.prefix .. pair, 'asked_sid', 'asked_account')
  admit(saving.message.id, KEYS[1], saving.admission, now_ms() - saving.admission.age_ms)
end
return {'saved', saving.message.answer}
