-- Save one inbound text, once, together with all that follows from it.
-- KEYS message, consent, ledger, trace, steps, aging consent   ARGV the saving, as JSON
-- returns {'saved'|'known', answer}, or {'changed'} when consent is no longer what the decision was made on, or
--   they were asked already
local saving = cjson.decode(ARGV[1])
local known = redis.call('HGET', KEYS[1], 'answer')
if known then return {'known', known} end
if (redis.call('HGET', KEYS[2], 'state') or 'unset') ~= saving.decided_on then return {'changed'} end
if saving.asks and redis.call('HSETNX', KEYS[2], 'asked_ms', now_ms()) == 0 then return {'changed'} end

save(KEYS[1], KEYS[4], KEYS[5], saving)
if saving.consent then
  redis.call('HDEL', KEYS[2], 'asked_ms')
  set_fields(KEYS[2], saving.consent)
  redis.call('RPUSH', KEYS[3], saving.ledger_row)
end
-- the ledger of a pair is kept from its last message on
if saving.consent or saving.asks or redis.call('ZSCORE', KEYS[6], saving.pair) then
  redis.call('ZADD', KEYS[6], now_ms(), saving.pair)
end
if saving.admission then admit(saving.message.id, KEYS[1], saving.admission) end
return {'saved', saving.message.answer}
