-- Note what is wrong with a number's login, or that nothing is any more; unless it has been replaced meanwhile.
-- KEYS number   ARGV sealed token, flaw or ''
if redis.call('HGET', KEYS[1], 'twilio_token') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('HDEL', KEYS[1], 'twilio_flaw') end
redis.call('HSET', KEYS[1], 'twilio_flaw', ARGV[2])
return 1
