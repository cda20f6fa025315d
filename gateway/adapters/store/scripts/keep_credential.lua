-- Put a proposed record in force, in the place of the one before; unless a later wish has been granted meanwhile: then
-- it is as if this one had been granted just before that.
-- KEYS api key   ARGV prefix of credentials' keys, id, its place in the order
-- returns the record's fields; none when it has been forgotten
local record = redis.call('HGETALL', ARGV[1] .. ARGV[2])
if #record == 0 then return {} end
if tonumber(ARGV[3]) < tonumber(redis.call('HGET', KEYS[1], 'credential_settled') or 0) then
  redis.call('DEL', ARGV[1] .. ARGV[2])
  return record
end
local before = redis.call('HGET', KEYS[1], 'credential_id')
if before then redis.call('DEL', ARGV[1] .. before) end
redis.call('PERSIST', ARGV[1] .. ARGV[2])
redis.call('HSET', KEYS[1], 'credential_id', ARGV[2], 'credential_settled', ARGV[3])
return record
