-- Store the reply before any of it is sent; from here on a retry costs nothing.
-- KEYS hold, turn, steps   ARGV token, parts as JSON, number of parts, outcome, failure or '', disclosure or '',
--   '1' when a model was asked for it or '0', step, the agent whose reply it is, or '', the cost as JSON,
--   and, of a new answer, what of it waits to be asked for
if redis.call('HSETNX', KEYS[2], 'parts', ARGV[2]) == 0 then return {'known'} end
-- what it took to come so far is not held against the sending
redis.call('HSET', KEYS[2], 'outcome', ARGV[4], 'asked', ARGV[7], 'tries', 1, 'cost', ARGV[10])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[2], 'failure', ARGV[5]) end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[2], 'disclosure', ARGV[6]) end
for i = 0, tonumber(ARGV[3]) - 1 do redis.call('HSET', KEYS[2], 'part:' .. i, 'pending') end
if ARGV[9] ~= '' then redis.call('HSET', KEYS[2], 'composed_by', ARGV[9]) end
if ARGV[11] then redis.call('HSET', KEYS[2], 'rest', ARGV[11]) end
redis.call('RPUSH', KEYS[3], ARGV[8])
return {'recorded'}
