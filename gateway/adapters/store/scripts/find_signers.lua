-- Find the login of the number that a turn answers on, and the sealed token that it had before.
-- KEYS turn   ARGV prefixes of conversations, numbers and former tokens, then the fields of a login
-- returns {number or false, former token or false, fields of the login}
local conversation = redis.call('HGET', KEYS[1], 'conversation_id')
local number = conversation and redis.call('HGET', ARGV[1] .. conversation, 'number')
if not number then return {false} end
return {number, redis.call('GET', ARGV[3] .. number), unpack(redis.call('HMGET', ARGV[2] .. number, unpack(ARGV, 4)))}
