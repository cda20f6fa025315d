-- Put a BYOK record in the place of the one before, or none: whatever was there is erased.
-- KEYS api key   ARGV prefix of credentials' keys, then the new record's fields, its id first
local before = redis.call('HGET', KEYS[1], 'credential_id')
if before then redis.call('DEL', ARGV[1] .. before) end
-- records that are being tried at this moment were asked for before this, and must not come after it
redis.call('HSET', KEYS[1], 'credential_settled', redis.call('HINCRBY', KEYS[1], 'credential_asked', 1))
if #ARGV == 1 then return redis.call('HDEL', KEYS[1], 'credential_id') end
for i = 2, #ARGV, 2 do redis.call('HSET', ARGV[1] .. ARGV[3], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[1], 'credential_id', ARGV[3])
return 1
