-- Change fields of an agent that is there, and no others: somebody else may have changed those since it was read. An
-- own credential that it names no more is erased, a new one kept.
-- KEYS agent   ARGV prefix of credentials' keys, the own credential that was read before or '', what changes of its
--   texting as JSON, number of fields to drop, these, number of fields and values to set, these, then the new credential's
-- returns 'gone'; 'changed' when its credential is another one by now; or 'revised' and the agent as it is now
if redis.call('EXISTS', KEYS[1]) == 0 then return {'gone'} end
local before = redis.call('HGET', KEYS[1], 'credential_id') or ''
if before ~= ARGV[2] then return {'changed'} end
local texting, changes = cjson.decode(redis.call('HGET', KEYS[1], 'texting') or '{}'), cjson.decode(ARGV[3])
for name, value in pairs(changes) do texting[name] = value end
if next(changes) then redis.call('HSET', KEYS[1], 'texting', cjson.encode(texting)) end
local dropped = 4 + tonumber(ARGV[4])
for i = 5, dropped do redis.call('HDEL', KEYS[1], ARGV[i]) end
local last = dropped + 1 + tonumber(ARGV[dropped + 1])
redis.call('HSET', KEYS[1], unpack(ARGV, dropped + 2, last))
local after = redis.call('HGET', KEYS[1], 'credential_id') or ''
if before ~= '' and before ~= after then redis.call('DEL', ARGV[1] .. before) end
if #ARGV > last then redis.call('HSET', ARGV[1] .. after, unpack(ARGV, last + 1)) end
return {'revised', redis.call('HGETALL', KEYS[1])}
