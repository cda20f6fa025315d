-- Tell a texter's standing with a number, and the number whose ledger says so.
-- KEYS number   ARGV number, hash of the texter, consent as JSON
return {read_standing(cjson.decode(ARGV[3]), ARGV[1], redis.call('HGET', KEYS[1], 'account_id'), ARGV[2])}
