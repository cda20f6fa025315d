-- The last question before a part is sent: is the texter still in, and is the number still that of the agent whose
-- reply it is, or, in a sandbox, are they still at this agent?
-- KEYS hold, turn, number, steps, members, rally   ARGV token, field of the part, account, step, number, hash of the texter,
--   consent as JSON, agent, texters that are blocked,
--   what the part is known again by, how long that is kept, then the fields of a login and what else a sender is
-- returns 'fenced' and those fields of the number, 'out', 'asked' when the texter is being asked if they opt out,
--   'blocked', 'unbound', or 'taken' when somebody fenced it before
if redis.call('HGET', KEYS[2], ARGV[2]) ~= 'pending' then return {'taken'} end
local consent = cjson.decode(ARGV[7])
local state, place = read_standing(consent, ARGV[5], ARGV[3], ARGV[6])
if state == 'out' then return {'out'} end
if redis.call('HEXISTS', standing_key(consent, ARGV[5], ARGV[6]), 'asked_sid') == 1 then return {'asked'} end
if redis.call('HEXISTS', ARGV[9], ARGV[6]) == 1 then return {'blocked'} end
local use, account, agent = unpack(redis.call('HMGET', KEYS[3], 'use', 'account_id', 'agent_id'))
local is_theirs = account == ARGV[3] and agent == (redis.call('HGET', KEYS[2], 'composed_by') or agent)
if use == 'sandbox' then is_theirs = redis.call('HGET', KEYS[5], ARGV[6]) == ARGV[8] end
if not is_theirs then return {'unbound'} end
local sender = redis.call('HMGET', KEYS[3], unpack(ARGV, 12))
redis.call('HSET', KEYS[2], ARGV[2], 'sending', ARGV[2] .. ':fenced_ms', now_ms(), ARGV[2] .. ':by', sender[2] or '')
-- the next text may be an answer to it, or itself sent back
redis.call('HSET', KEYS[6], 'said', ARGV[10])
redis.call('PEXPIRE', KEYS[6], ARGV[11])
-- why it was allowed: the row of the ledger that was the last at this moment
local step = cjson.decode(ARGV[4])
local version, source = unpack(redis.call('HMGET', standing_key(consent, place, ARGV[6]), 'version', 'source'))
step.consent, step.consent_source, step.consent_version = state, source or nil, tonumber(version)
redis.call('RPUSH', KEYS[4], cjson.encode(step))
return {'fenced', unpack(sender)}
