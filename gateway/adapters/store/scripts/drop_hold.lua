-- Let go at once, whatever waits.   KEYS hold   ARGV token
redis.call('DEL', KEYS[1])
return {'dropped'}
