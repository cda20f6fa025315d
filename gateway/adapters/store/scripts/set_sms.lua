-- Set by which way an agent comes to a number; whoever comes by another way than before has left that one whole.
-- KEYS agent, its set-up   ARGV agent, the set-up's fields as JSON, channels as JSON
-- returns 0 when the agent is gone
local fields, channels = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if redis.call('HGET', KEYS[2], 'mode') ~= fields.mode then leave_channel(channels, ARGV[1]) end
redis.call('DEL', KEYS[2])
if fields.mode ~= 'none' then
  for name, value in pairs(fields) do redis.call('HSET', KEYS[2], name, value) end
end
return 1
