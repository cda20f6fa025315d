-- Functions that save a message; put in front of the scripts that do, after seating.lua.

local function set_fields(key, fields, seconds)
  for name, value in pairs(fields) do redis.call('HSET', key, name, value) end
  if seconds then redis.call('EXPIRE', key, seconds) end
end

local function add_steps(key, steps, seconds)
  for _, step in ipairs(steps) do redis.call('RPUSH', key, step) end
  redis.call('EXPIRE', key, seconds)
end

-- Put a message into its conversation's inbox, and have the conversation answered.
local function admit(message_id, message_key, admission)
  local conversation = admission.conversation
  set_fields(admission.conversation_key, conversation)
  local arrived_ms = now_ms() - admission.age_ms
  redis.call('HSET', message_key, 'arrived_ms', arrived_ms)
  redis.call('ZADD', admission.inbox_key, redis.call('INCR', admission.seating.arrivals), message_id)
  redis.call('ZADD', admission.waiting_key, 'NX', arrived_ms, conversation.id)
  line_up(admission.seating, conversation.account_id, conversation.id)
end
