-- Keep what a worker is asked to try, and have one come.
-- KEYS check, arrivals, queue   ARGV seconds, prefix of jobs, check, job, seconds of a job, then fields
for i = 6, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
local job_id = 'check:' .. ARGV[3]
redis.call('SET', ARGV[2] .. job_id, ARGV[4], 'EX', ARGV[5])
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[2]), job_id)
