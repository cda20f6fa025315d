-- Note what Twilio says of a part, once for each status, in whatever order it comes.
-- KEYS turn, receipts, SID, aging receipts   ARGV turn, part, status, SID, step
local field = 'part:' .. ARGV[2]
local state = redis.call('HGET', KEYS[1], field)
if not state then return 0 end
-- it proves that Twilio took the part; whoever sends it settles that, now or when it looks
if state == 'sending' or state == 'unknown' then
  redis.call('HSET', KEYS[1], field .. ':sid', ARGV[4])
  redis.call('SET', KEYS[3], KEYS[1] .. ' ' .. field)
end
redis.call('HSETNX', KEYS[2], ARGV[2] .. ':' .. ARGV[3], ARGV[5])
redis.call('ZADD', KEYS[4], 'NX', now_ms(), ARGV[1])
return 1
