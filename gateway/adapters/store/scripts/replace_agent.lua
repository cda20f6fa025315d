-- Replace all fields of an agent that is there; an own credential that it names no more is erased, a new one kept.
-- KEYS agent   ARGV prefix of credentials' keys, the own credential that was read before or '', number of the agent's
--   fields and values, these, then the new credential's
-- returns 'gone', 'changed' when its credential is another one by now, or 'replaced'
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local before = redis.call('HGET', KEYS[1], 'credential_id') or ''
if before ~= ARGV[2] then return 'changed' end
local last = 3 + tonumber(ARGV[3])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 4, last))
local after = redis.call('HGET', KEYS[1], 'credential_id') or ''
if before ~= '' and before ~= after then redis.call('DEL', ARGV[1] .. before) end
if #ARGV > last then redis.call('HSET', ARGV[1] .. after, unpack(ARGV, last + 1)) end
return 'replaced'
