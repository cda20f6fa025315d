-- Forget a conversation at once, whoever is at it: their next write finds the hold gone, and ends there.
-- KEYS conversation, inbox, history, hold, apology, waiting   ARGV conversation, seating as JSON
local account = redis.call('HGET', KEYS[1], 'account_id')
for i = 1, 5 do redis.call('DEL', KEYS[i]) end
redis.call('ZREM', KEYS[6], ARGV[1])
if account then
  local seating = cjson.decode(ARGV[2])
  redis.call('ZREM', seating.backlog .. account, ARGV[1])
  for _, following in ipairs(leave_seat(seating, account, ARGV[1])) do wake(seating, following) end
end
