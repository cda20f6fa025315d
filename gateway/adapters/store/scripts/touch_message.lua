-- Write what a message was answered with once more, so that there is a write to wait for: it changes nothing.
-- KEYS message
local answer = redis.call('HGET', KEYS[1], 'answer')
if answer then redis.call('HSET', KEYS[1], 'answer', answer) end
