-- Keep a hold, and the seat that it is held from.
-- KEYS hold   ARGV token, conversation, account, milliseconds, seating as JSON
redis.call('PEXPIRE', KEYS[1], ARGV[4])
keep_seat(cjson.decode(ARGV[5]), ARGV[3], ARGV[2], tonumber(ARGV[4]))
return {'renewed'}
