-- Everything needed to decide what becomes of a text, in one round trip.
-- KEYS message, number, guests   ARGV number, hash of the texter, consent as JSON, prefixes of agents and accounts,
--   texters that are blocked
-- returns {answer or false, number's fields, agent's fields, consent, where its row is, when asked or false, guest,
--   whose brand and contact, whether blocked}
local number = redis.call('HGETALL', KEYS[2])
local agent, account, voice = {}, nil, {}
for i = 1, #number, 2 do
  if number[i] == 'agent_id' then agent = redis.call('HGETALL', ARGV[4] .. number[i + 1]) end
  if number[i] == 'account_id' then
    account = number[i + 1]
  end
end
if account then voice = read_voice(KEYS[2], ARGV[5] .. account) end
local consent = cjson.decode(ARGV[3])
local state, place = read_standing(consent, ARGV[1], account, ARGV[2])
return {
  redis.call('HGET', KEYS[1], 'answer'),
  number,
  agent,
  state,
  place,
  redis.call('HGET', standing_key(consent, ARGV[1], ARGV[2]), 'asked_ms'),
  redis.call('HEXISTS', KEYS[3], ARGV[2]),
  voice,
  redis.call('HEXISTS', ARGV[6], ARGV[2]),
}
