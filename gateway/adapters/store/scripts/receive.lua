-- Save one inbound text, once, together with all that follows from it.
-- KEYS message, trace, steps   ARGV the saving as JSON, consent as JSON
-- returns {'saved'|'known', answer}, or {'changed'} when consent is no longer what the decision was made on, or
--   they were asked already
local saving, consent = cjson.decode(ARGV[1]), cjson.decode(ARGV[2])
local known = redis.call('HGET', KEYS[1], 'answer')
if known then return {'known', known} end
local now = read_standing(consent, saving.recipient, saving.account, saving.texter_hash)
if now ~= saving.decided_on then return {'changed'} end
local pair = saving.recipient .. ':' .. saving.texter_hash
if saving.asks and redis.call('HSETNX', consent.prefix .. pair, 'asked_ms', now_ms()) == 0 then return {'changed'} end

save(KEYS[1], KEYS[2], KEYS[3], saving)
-- who is out stays so when their ledger is erased, and has no first text any more
local before = redis.call('HGET', consent.prefix .. pair, 'state')
local is_first, says = not before, saving.change and saving.change.row.state
-- of many STOPs at once from who was out already by one elsewhere, the first is noted
if is_first and says or says == 'in' or says == 'out' and before ~= 'out' then
  note_consent(consent, saving.change)
elseif not is_first then
  redis.call('ZADD', consent.aging, now_ms(), pair) -- the ledger of a pair is kept from its last message on
end
if saving.joins then redis.call('HSET', saving.guests, saving.texter_hash, saving.message.sender) end
if saving.admission then admit(saving.message.id, KEYS[1], saving.admission) end
return {'saved', saving.message.answer}
