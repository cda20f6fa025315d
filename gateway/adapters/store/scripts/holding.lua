-- Put in front of every script that only the holder of a conversation may run: KEYS[1] hold, ARGV[1] token.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'lost'} end
