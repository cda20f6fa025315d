-- Find the BYOK record of an API key, or an agent's own credential, in one step, while others may be replacing it.
-- KEYS api key or agent   ARGV prefix of credentials' keys
local credential = redis.call('HGET', KEYS[1], 'credential_id')
return credential and redis.call('HGETALL', ARGV[1] .. credential) or {}
