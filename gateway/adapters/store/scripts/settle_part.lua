-- Store what became of a part. It is a fact, so it needs no hold: whoever has it now must know.
-- That it was sent is believed even after somebody gave it up as unknown; nothing else is.
-- KEYS turn, steps   ARGV field of the part, state, sid or '', step, seconds
local state = redis.call('HGET', KEYS[1], ARGV[1])
local open = state == 'sending' or state == 'pending' or (state == 'unknown' and ARGV[2] == 'sent')
if not open then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], ARGV[1] .. ':sid', ARGV[3]) end
redis.call('RPUSH', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return 1
