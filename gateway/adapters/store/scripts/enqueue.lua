-- Queue a wake-up unless the same one is queued or running.
-- KEYS job, queue   ARGV job, seconds, due, id
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
return 1
