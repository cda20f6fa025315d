-- Save one API message and admit it to its conversation, unless the same was sent before under the same Idempotency-Key.
-- KEYS message, trace, steps, promise   ARGV the saving as JSON, digest of what was sent or '', seconds of a promise
-- returns 'saved'; 'same' and the message that it was; or 'other' when something else was sent under that key
local saving = cjson.decode(ARGV[1])
if ARGV[2] ~= '' then
  local message, digest = unpack(redis.call('HMGET', KEYS[4], 'message_id', 'digest'))
  if message then return digest == ARGV[2] and {'same', message} or {'other'} end
  redis.call('HSET', KEYS[4], 'message_id', saving.message.id, 'digest', ARGV[2])
  redis.call('EXPIRE', KEYS[4], ARGV[3])
end
save(KEYS[1], KEYS[2], KEYS[3], saving)
admit(saving.message.id, KEYS[1], saving.admission, now_ms())
return {'saved'}
