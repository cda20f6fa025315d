-- Take the right to answer a conversation: it must have a seat, and nobody may be at it.
-- KEYS hold, conversation   ARGV conversation, token, milliseconds, seating as JSON
-- returns the account and the texter or false, or nil
local seating = cjson.decode(ARGV[4])
local account = redis.call('HGET', KEYS[2], 'account_id')
if not account or not redis.call('ZSCORE', seating.seats .. account, ARGV[1]) then return nil end
if not redis.call('SET', KEYS[1], ARGV[2], 'NX', 'PX', ARGV[3]) then return nil end
keep_seat(seating, account, ARGV[1], tonumber(ARGV[3]))
return {account, redis.call('HGET', KEYS[2], 'texter')}
