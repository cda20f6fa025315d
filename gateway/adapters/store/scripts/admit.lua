-- Save one API message and admit it to its conversation.
-- KEYS message, trace, steps   ARGV the saving, as JSON
local saving = cjson.decode(ARGV[1])
set_fields(KEYS[1], saving.message, saving.texts_seconds)
set_fields(KEYS[2], saving.trace, saving.traces_seconds)
add_steps(KEYS[3], saving.steps, saving.traces_seconds)
admit(saving.message.id, KEYS[1], saving.admission)
return 'saved'
