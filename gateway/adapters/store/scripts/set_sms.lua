-- Set by which way an agent comes to a number; whoever comes by another way than before has left that one whole.
-- KEYS agent, its set-up   ARGV agent, the set-up's fields as JSON, channels as JSON
-- returns 'set'; 'gone' when the agent is; or 'taken' when its join code is another agent's
local fields, channels = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local mode, code = unpack(redis.call('HMGET', KEYS[2], 'mode', 'code'))
if mode == fields.mode and code then return 'set' end
if fields.code and redis.call('HEXISTS', channels.codes, fields.code) == 1 then return 'taken' end
if mode ~= fields.mode then leave_channel(channels, ARGV[1]) end
redis.call('DEL', KEYS[2])
if fields.mode ~= 'none' then
  for name, value in pairs(fields) do redis.call('HSET', KEYS[2], name, value) end
end
if fields.code then redis.call('HSET', channels.codes, fields.code, ARGV[1]) end
return 'set'
