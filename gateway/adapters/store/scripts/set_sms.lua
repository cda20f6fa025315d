-- Set by which way an agent comes to a number; whoever comes by another way than before has left that one whole.
-- KEYS agent, its set-up, account   ARGV agent, the set-up's fields as JSON, channels as JSON, 'try' when another way that
--   the agent has is not to be left for it
-- returns 'set', 'kept' when it has another way; 'gone' when the agent is, or its account is closed; or 'taken' when its
--   join code is another agent's
local fields, channels = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
if fields.mode ~= 'none' and redis.call('HEXISTS', KEYS[3], 'closed_at') == 1 then return 'gone' end
local mode, code = unpack(redis.call('HMGET', KEYS[2], 'mode', 'code'))
if mode == fields.mode and code then return 'set' end
if ARGV[4] == 'try' and (mode and mode ~= fields.mode or redis.call('SCARD', channels.agent_numbers .. ARGV[1]) > 0) then
  return 'kept'
end
if fields.code and redis.call('HEXISTS', channels.codes, fields.code) == 1 then return 'taken' end
if mode ~= fields.mode then leave_channel(channels, ARGV[1]) end
redis.call('DEL', KEYS[2])
if fields.mode ~= 'none' then
  for name, value in pairs(fields) do redis.call('HSET', KEYS[2], name, value) end
end
if fields.code then redis.call('HSET', channels.codes, fields.code, ARGV[1]) end
return 'set'
