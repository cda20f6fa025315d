-- Note what a provider thinks of a key, if the record is still there: one that was erased must not come back as a torso.
-- KEYS credential   ARGV health, reason or '', moment or ''
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
-- who learnt nothing does not overwrite what somebody knew
if ARGV[1] == 'unverified' and redis.call('HGET', KEYS[1], 'health') ~= 'unverified' then return 0 end
redis.call('HSET', KEYS[1], 'health', ARGV[1])
redis.call('HDEL', KEYS[1], 'health_reason')
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'health_reason', ARGV[2]) end
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'checked_at', ARGV[3]) end
return 1
