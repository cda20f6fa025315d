-- Let go at once, whatever waits; the next sweep wakes somebody else.
-- KEYS hold, conversation   ARGV token, conversation, account, seating as JSON, turn prefix or '' to count this try
local turn_id = ARGV[5] ~= '' and redis.call('HGET', KEYS[2], 'turn_id')
if turn_id and tonumber(redis.call('HGET', ARGV[5] .. turn_id, 'tries') or 0) > 0 then
  redis.call('HINCRBY', ARGV[5] .. turn_id, 'tries', -1)
end
redis.call('DEL', KEYS[1])
keep_seat(cjson.decode(ARGV[4]), ARGV[3], ARGV[2], 0)
return {'dropped'}
