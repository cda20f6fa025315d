-- Let one turn of those that have found a rejected key rested try it again, and no other until it has rested anew.
-- KEYS credential   ARGV moment of the last such try as it was read, or '', moment of this one, turn
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local tried_at, tried_by = unpack(redis.call('HMGET', KEYS[1], 'retried_at', 'retried_by'))
-- a worker may have died between claiming the try and making it
if tried_by == ARGV[3] then return 1 end
if (tried_at or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'retried_at', ARGV[2], 'retried_by', ARGV[3])
return 1
