-- Tell a texter's standing with a number, and the row that says so.
-- KEYS number   ARGV number, hash of the texter, consent as JSON
-- returns {standing, number whose ledger holds the row, the row's version or false, its time or false, when it was said
--   last or false}
local account = redis.call('HGET', KEYS[1], 'account_id')
local state, place, key = read_standing(cjson.decode(ARGV[3]), ARGV[1], account, ARGV[2])
local version, at, said_at = unpack(redis.call('HMGET', key, 'version', 'at', 'said_at'))
return {state, place, version, at, (said_at and said_at > (at or '')) and said_at or at}
