-- Save one inbound text, once, together with all that follows from it.
-- KEYS message, consent, ledger, trace, steps   ARGV the saving, as JSON
-- returns {'saved'|'known', answer}, or {'changed'} when consent is no longer what the decision was made on
local saving = cjson.decode(ARGV[1])
local known = redis.call('HGET', KEYS[1], 'answer')
if known then return {'known', known} end
if (redis.call('HGET', KEYS[2], 'state') or 'unset') ~= saving.decided_on then return {'changed'} end

set_fields(KEYS[1], saving.message, saving.texts_seconds)
set_fields(KEYS[4], saving.trace, saving.traces_seconds)
add_steps(KEYS[5], saving.steps, saving.traces_seconds)
if saving.consent then
  set_fields(KEYS[2], saving.consent)
  redis.call('RPUSH', KEYS[3], saving.ledger_row)
end
if saving.admission then admit(saving.message.id, KEYS[1], saving.admission) end
return {'saved', saving.message.answer}
