-- Save one API message and admit it to its conversation.
-- KEYS message, trace, steps   ARGV the saving, as JSON
local saving = cjson.decode(ARGV[1])
save(KEYS[1], KEYS[2], KEYS[3], saving)
admit(saving.message.id, KEYS[1], saving.admission, now_ms())
return 'saved'
