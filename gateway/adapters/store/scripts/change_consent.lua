-- Note what somebody else than the texter says about their consent.
-- ARGV the change as JSON, consent as JSON, milliseconds of what the change follows from or '', key of the conversation
--   that it happened in or ''
-- returns the version of the new row; 0 when nothing changes: they are out already, or have opted in since
local change, consent = cjson.decode(ARGV[1]), cjson.decode(ARGV[2])
local key = standing_key(consent, change.place, change.texter_hash)
local state, noted_ms = unpack(redis.call('HMGET', key, 'state', 'noted_ms'))
if state == change.row.state and not change.again then return 0 end
if state == 'in' and ARGV[3] ~= '' and tonumber(noted_ms) > tonumber(ARGV[3]) then return 0 end
-- who was forgotten meanwhile must not be named again
if ARGV[4] ~= '' and redis.call('EXISTS', ARGV[4]) == 0 then change.row.texter = 'hash:' .. change.texter_hash end
note_consent(consent, change)
return change.row.version
