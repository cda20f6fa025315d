-- Note what Twilio says of a part, once for each status, in whatever order it comes; of so many statuses, and of one SID.
-- Twilio has a dozen statuses, but an account that brought its number can sign any others.
-- KEYS turn, receipts, SID, aging receipts   ARGV turn, part, status, SID, step,
--   the Twilio account that signed or '' for the operator's, prefixes of conversations and numbers
-- returns 0 for no part of ours, -1 when that account has no say in it
local field = 'part:' .. ARGV[2]
local state = redis.call('HGET', KEYS[1], field)
if not state then return 0 end
local conversation = redis.call('HGET', KEYS[1], 'conversation_id')
local number = conversation and redis.call('HGET', ARGV[7] .. conversation, 'number')
-- who sent it speaks of it, whoever has the number now
local owner = redis.call('HGET', KEYS[1], field .. ':by') or number and redis.call('HGET', ARGV[8] .. number, 'twilio_sid')
if (owner or '') ~= ARGV[6] then return -1 end
local known = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[2])) do
  if string.match(name, '^%d+') == ARGV[2] then known = known + 1 end
end
-- it proves that Twilio took the part; whoever sends it settles that, now or when it looks
if (state == 'sending' or state == 'unknown') and redis.call('HSETNX', KEYS[1], field .. ':sid', ARGV[4]) == 1 then
  redis.call('SET', KEYS[3], KEYS[1] .. ' ' .. field)
end
if known < 20 then redis.call('HSETNX', KEYS[2], ARGV[2] .. ':' .. ARGV[3], ARGV[5]) end
redis.call('ZADD', KEYS[4], 'NX', now_ms(), ARGV[1])
return 1
