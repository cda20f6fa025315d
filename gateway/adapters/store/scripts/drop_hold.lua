-- Let go at once, whatever waits; the next sweep wakes somebody else.
-- KEYS hold   ARGV token, conversation, account, seating as JSON
redis.call('DEL', KEYS[1])
keep_seat(cjson.decode(ARGV[4]), ARGV[3], ARGV[2], 0)
return {'dropped'}
