-- Let go, unless something waits: then the holder goes on, and no message falls between two looks.
-- KEYS hold, inbox   ARGV token
if redis.call('ZCARD', KEYS[2]) > 0 then return {'waiting'} end
redis.call('DEL', KEYS[1])
return {'released'}
