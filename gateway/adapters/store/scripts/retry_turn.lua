-- Take a turn off the dead list and put its messages back into their conversation's inbox.
-- KEYS dead, turn   ARGV turn, the admission as JSON, message prefix, trace prefix
-- returns how many messages wait again; -1 when the turn is not on the list
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return -1 end
local waiting, admission = 0, cjson.decode(ARGV[2])
for _, message in ipairs(cjson.decode(redis.call('HGET', KEYS[2], 'messages') or '[]')) do
  if redis.call('EXISTS', ARGV[3] .. message) == 1 then
    redis.call('HDEL', ARGV[3] .. message, 'turn_id')
    local trace = redis.call('HGET', ARGV[3] .. message, 'trace_id')
    if trace then redis.call('HSET', ARGV[4] .. trace, 'outcome', 'admitted') end
    admit(message, ARGV[3] .. message, admission, now_ms())
    waiting = waiting + 1
  end
end
return waiting
