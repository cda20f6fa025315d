-- Note what somebody else than the texter says about their consent.
-- ARGV the change as JSON, consent as JSON, milliseconds of what the change follows from, or ''
-- returns the version of the new row; 0 when nothing changes: they are out already, or have opted in since
local change, consent = cjson.decode(ARGV[1]), cjson.decode(ARGV[2])
local key = standing_key(consent, change.place, change.texter_hash)
local state, noted_ms = unpack(redis.call('HMGET', key, 'state', 'noted_ms'))
if state == change.row.state and not change.again then return 0 end
if state == 'in' and ARGV[3] ~= '' and tonumber(noted_ms) > tonumber(ARGV[3]) then return 0 end
note_consent(consent, change)
return change.row.version
