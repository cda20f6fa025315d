-- Let go at once, whatever waits; the next sweep wakes somebody else.
-- KEYS hold, conversation   ARGV token, conversation, account, seating as JSON, turn prefix or '' to count this try,
--   how often one turn is forgiven at most
local turn_id = ARGV[5] ~= '' and redis.call('HGET', KEYS[2], 'turn_id')
local turn = turn_id and ARGV[5] .. turn_id
-- only the try that this holder took, and not for ever: what fails each time is no accident
if turn and redis.call('HGET', turn, 'tried_by') == ARGV[1] and redis.call('HINCRBY', turn, 'forgiven', 1) <= tonumber(ARGV[6]) then
  redis.call('HINCRBY', turn, 'tries', -1)
  redis.call('HDEL', turn, 'tried_by')
end
redis.call('DEL', KEYS[1])
keep_place(cjson.decode(ARGV[4]), ARGV[3], ARGV[2], 0)
return {'dropped'}
