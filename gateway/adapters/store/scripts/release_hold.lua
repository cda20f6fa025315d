-- Let go, unless something waits: then the holder goes on, and no message falls between two looks. Who has stepped aside
-- has no seat to go on from, and stands in line for one like any other.
-- KEYS hold, inbox   ARGV token, conversation, account, seating as JSON
-- returns 'waiting'; or 'released' and the conversation, if any, that the releaser should answer next
local seating = cjson.decode(ARGV[4])
if is_aside(seating, ARGV[3], ARGV[2]) then
  redis.call('DEL', KEYS[1])
  come_back(seating, ARGV[3], ARGV[2], KEYS[2])
  return {'released'}
end
if redis.call('ZCARD', KEYS[2]) > 0 then return {'waiting'} end
redis.call('DEL', KEYS[1])
local seated = leave_seat(seating, ARGV[3], ARGV[2])
-- the first needs no wake-up: a queue full of one account's would keep the others' waiting
for i = 2, #seated do wake(seating, seated[i]) end
return {'released', seated[1]}
