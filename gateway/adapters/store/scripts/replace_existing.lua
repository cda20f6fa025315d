-- Replace all fields of a hash that is there: one that was erased must not come back.
-- KEYS hash   ARGV fields and values
if redis.call('DEL', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
