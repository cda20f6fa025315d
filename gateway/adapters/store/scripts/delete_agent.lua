-- Delete an agent with its own credential; numbers that it answered on are nobody's then, and keep their settings.
-- KEYS agent, agents, agents of the account, numbers of the agent   ARGV agent, prefix of numbers, channels as JSON,
--   prefix of credentials
leave_channel(cjson.decode(ARGV[3]), ARGV[1])
for _, number in ipairs(redis.call('SMEMBERS', KEYS[4])) do
  if redis.call('HGET', ARGV[2] .. number, 'agent_id') == ARGV[1] then
    redis.call('HDEL', ARGV[2] .. number, 'account_id', 'agent_id', 'bound_at')
  end
end
local credential = redis.call('HGET', KEYS[1], 'credential_id')
if credential then redis.call('DEL', ARGV[4] .. credential) end
redis.call('DEL', KEYS[1], KEYS[4])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
