-- Let one of those who have found a rejected key rested try it again, and no other until it has rested anew.
-- KEYS credential   ARGV moment of the last such try as it was read, or '', moment of this one
if (redis.call('HGET', KEYS[1], 'retried_at') or '') ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'retried_at', ARGV[2])
return 1
