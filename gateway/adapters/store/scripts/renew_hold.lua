-- Keep a hold, and the seat that it is held from, if it has not been given back.
-- KEYS hold   ARGV token, conversation, account, milliseconds, seating as JSON
redis.call('PEXPIRE', KEYS[1], ARGV[4])
keep_place(cjson.decode(ARGV[5]), ARGV[3], ARGV[2], tonumber(ARGV[4]))
return {'renewed'}
