-- Everything needed to decide what becomes of a text, in one round trip.
-- KEYS message, number, consent   ARGV prefix of agents' keys
-- returns {answer or false, number's fields, agent's fields, consent state or false, when asked or false}
local number = redis.call('HGETALL', KEYS[2])
local agent = {}
for i = 1, #number, 2 do
  if number[i] == 'agent_id' then agent = redis.call('HGETALL', ARGV[1] .. number[i + 1]) end
end
return {
  redis.call('HGET', KEYS[1], 'answer'),
  number,
  agent,
  redis.call('HGET', KEYS[3], 'state'),
  redis.call('HGET', KEYS[3], 'asked_ms'),
}
