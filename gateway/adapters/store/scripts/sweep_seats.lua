-- Look into seats that have lapsed: their wake-up was lost, or their worker is dead. Wake them once more.
-- KEYS seated   ARGV seating as JSON, most, prefixes of conversation, inbox and hold, milliseconds until the next look
-- returns how many were woken
local seating = cjson.decode(ARGV[1])
local woken = 0
for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms(), 'LIMIT', 0, ARGV[2])) do
  local account = redis.call('HGET', ARGV[3] .. conversation, 'account_id')
  local held_ms = redis.call('PTTL', ARGV[5] .. conversation)
  if not account then
    redis.call('ZREM', KEYS[1], conversation)
  elseif held_ms > 0 then
    keep_place(seating, account, conversation, held_ms)
  elseif is_aside(seating, account, conversation) then
    -- before all who have not had a seat yet: its reply is paid for, and gives the seat back at once
    if come_back(seating, account, conversation, ARGV[4] .. conversation, 0) then woken = woken + 1 end
  elseif redis.call('ZCARD', ARGV[4] .. conversation) == 0 then
    for _, following in ipairs(leave_seat(seating, account, conversation)) do wake(seating, following) end
  else
    keep_seat(seating, account, conversation, tonumber(ARGV[6]))
    wake(seating, conversation)
    woken = woken + 1
  end
end
return woken
