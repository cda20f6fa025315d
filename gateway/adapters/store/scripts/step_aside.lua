-- Give a conversation's seat to whoever waits for one, and keep its hold: what is left to be done needs no seat.
-- KEYS hold   ARGV token, conversation, account, milliseconds, seating as JSON
local seating = cjson.decode(ARGV[5])
for _, following in ipairs(leave_seat(seating, ARGV[3], ARGV[2])) do wake(seating, following) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', seating.seated, now_ms() + tonumber(ARGV[4]), ARGV[2])
return {'aside'}
