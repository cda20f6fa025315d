-- Have an API key be shown by another secret, or by none; who shows the one before is nobody from now on.
-- KEYS api key   ARGV prefix of keys' hashes, hash of the new secret or '', then fields to change
-- returns 0 when there is no such key, or it was revoked before
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'revoked_at') == 1 then return 0 end
local id, before = unpack(redis.call('HMGET', KEYS[1], 'id', 'digest'))
if before then redis.call('DEL', ARGV[1] .. before) end
if ARGV[2] ~= '' then
  redis.call('SET', ARGV[1] .. ARGV[2], id)
  redis.call('HSET', KEYS[1], 'digest', ARGV[2])
end
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
