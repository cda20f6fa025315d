-- Note what Twilio says of a part, once for each status, in whatever order it comes.
-- KEYS turn, steps, SID   ARGV field of the part, status, SID, step, seconds of texts
local state = redis.call('HGET', KEYS[1], ARGV[1])
if not state then return 0 end
-- it proves that Twilio took the part; whoever sends it settles that, now or when it looks
if state == 'sending' or state == 'unknown' then
  redis.call('HSET', KEYS[1], ARGV[1] .. ':sid', ARGV[3])
  redis.call('SET', KEYS[3], KEYS[1] .. ' ' .. ARGV[1], 'EX', ARGV[5])
end
if redis.call('HSETNX', KEYS[1], ARGV[1] .. ':receipt:' .. ARGV[2], '1') == 1 then
  redis.call('RPUSH', KEYS[2], ARGV[4])
end
return 1
