-- Find the login of the number that a turn answers on.
-- KEYS turn   ARGV prefixes of conversations and numbers, then the fields of a login
local conversation = redis.call('HGET', KEYS[1], 'conversation_id')
local number = conversation and redis.call('HGET', ARGV[1] .. conversation, 'number')
if not number then return {false} end
return {number, unpack(redis.call('HMGET', ARGV[2] .. number, unpack(ARGV, 3)))}
