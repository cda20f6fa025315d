-- Store what became of a part. It is a fact, so it needs no hold: whoever has it now must know.
-- KEYS turn, steps, SID   ARGV field of the part, state, SID or '', step, Twilio's code or ''
local state = redis.call('HGET', KEYS[1], ARGV[1])
local in_doubt = state == 'unknown' and (ARGV[2] == 'sent' or ARGV[2] == 'pending')
if state ~= 'sending' and state ~= 'pending' and not in_doubt then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], ARGV[1] .. ':code', ARGV[5]) end
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[1] .. ':sid', ARGV[3])
  redis.call('SET', KEYS[3], KEYS[1] .. ' ' .. ARGV[1])
end
redis.call('RPUSH', KEYS[2], ARGV[4])
return 1
