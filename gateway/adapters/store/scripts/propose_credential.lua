-- Put a record beside the one in force, for a worker to try; forgotten by itself when nobody keeps it.
-- KEYS api key, credential   ARGV seconds, then the record's fields
-- returns its place in the order in which records of this key were asked for
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[2], ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'credential_asked', 1)
