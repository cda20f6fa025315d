-- Stop a conversation as a loop; one that rests already goes on resting, and that is no further pause.
-- KEYS rally   ARGV when, and how long a pause is, both in milliseconds
local paused_ms = tonumber(redis.call('HGET', KEYS[1], 'paused_ms') or '')
if paused_ms and ARGV[1] - paused_ms < tonumber(ARGV[2]) then return end
redis.call('HSET', KEYS[1], 'paused_ms', ARGV[1])
redis.call('HINCRBY', KEYS[1], 'pauses', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
