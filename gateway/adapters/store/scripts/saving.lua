-- Functions that save a message; put in front of the scripts that do, after seating.lua and recent.lua.

local function set_fields(key, fields)
  for name, value in pairs(fields) do redis.call('HSET', key, name, value) end
end

-- Save a message and its trace; from now on both age.
local function save(message_key, trace_key, steps_key, saving)
  set_fields(message_key, saving.message)
  set_fields(trace_key, saving.trace)
  redis.call('RPUSH', steps_key, saving.step)
  redis.call('ZADD', saving.aging_texts, now_ms(), 'message:' .. saving.message.id)
  redis.call('ZADD', saving.aging_traces, now_ms(), saving.trace.id)
end

-- Put a message that arrived then into its conversation's inbox, and have the conversation answered.
local function admit(message_id, message_key, admission, arrived_ms)
  local conversation = admission.conversation
  note_use(admission.recent, admission.conversation_key, conversation.id, conversation.account_id, conversation.agent_id)
  set_fields(admission.conversation_key, conversation)
  if admission.conversations_key then redis.call('SADD', admission.conversations_key, conversation.id) end
  redis.call('HSET', message_key, 'arrived_ms', arrived_ms)
  redis.call('ZADD', admission.inbox_key, redis.call('INCR', admission.seating.arrivals), message_id)
  redis.call('ZADD', admission.waiting_key, 'NX', arrived_ms, conversation.id)
  line_up(admission.seating, conversation.account_id, conversation.id)
end
