-- The last question before a part is sent: is the texter still in, and is the number still this account's?
-- KEYS hold, turn, consent, number, steps   ARGV token, field of the part, account, step
-- returns 'fenced', 'out', 'unbound', or 'taken' when somebody fenced it before
if redis.call('HGET', KEYS[2], ARGV[2]) ~= 'pending' then return {'taken'} end
if redis.call('HGET', KEYS[3], 'state') == 'out' then return {'out'} end
if redis.call('HGET', KEYS[4], 'account_id') ~= ARGV[3] then return {'unbound'} end
redis.call('HSET', KEYS[2], ARGV[2], 'sending', ARGV[2] .. ':fenced_ms', now_ms())
redis.call('RPUSH', KEYS[5], ARGV[4])
return {'fenced'}
