-- Everything needed to decide what becomes of a text, in one round trip.
-- KEYS message, number, guests, members, join codes, hinted, rally, the number that the sender would be if it were ours,
--   wish
-- ARGV number, hash of the texter, consent as JSON, prefixes of agents and accounts, join code that the text names or '',
--   prefix of set-ups, texters that are blocked
-- returns {{answer or false, the Twilio account that brought the message before or false}, number's fields, agent's fields,
--   consent, where its row is, when asked or false, guest, whose brand and contact, fields of the agent that the code
--   invites to, that code, hinted, whether blocked, the rally, whether the sender is a number of ours,
--   whether they wish to be forgotten by this account}
local use, agent_id, account = unpack(redis.call('HMGET', KEYS[2], 'use', 'agent_id', 'account_id'))
local agent, invited, code = {}, {}, ''
-- on a number that agents share, it is the texter's own doing which of them answers, and whose customer they are then
if use == 'sandbox' then
  agent_id = redis.call('HGET', KEYS[4], ARGV[2])
  local host = ARGV[6] ~= '' and redis.call('HGET', KEYS[5], ARGV[6])
  if host then
    invited, code = redis.call('HGETALL', ARGV[4] .. host), redis.call('HGET', ARGV[7] .. host, 'join_code')
  end
  local whose = host or agent_id
  account = whose and redis.call('HGET', ARGV[4] .. whose, 'account_id')
end
if agent_id then agent = redis.call('HGETALL', ARGV[4] .. agent_id) end
local consent = cjson.decode(ARGV[3])
local state, place = read_standing(consent, ARGV[1], account, ARGV[2])
return {
  redis.call('HMGET', KEYS[1], 'answer', 'account_sid'),
  redis.call('HGETALL', KEYS[2]),
  agent,
  state,
  place,
  redis.call('HGET', standing_key(consent, ARGV[1], ARGV[2]), 'asked_ms'),
  redis.call('HEXISTS', KEYS[3], ARGV[2]),
  read_voice(KEYS[2], ARGV[5] .. (account or '')),
  invited,
  code,
  redis.call('EXISTS', KEYS[6]),
  redis.call('HEXISTS', ARGV[8], ARGV[2]),
  redis.call('HGETALL', KEYS[7]),
  redis.call('EXISTS', KEYS[8]),
  account and redis.call('GET', KEYS[9]) == account and 1 or 0,
}
