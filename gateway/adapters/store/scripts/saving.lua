-- Functions that save a message; put in front of the scripts that do.

local function set_fields(key, fields, seconds)
  for name, value in pairs(fields) do redis.call('HSET', key, name, value) end
  if seconds then redis.call('EXPIRE', key, seconds) end
end

local function add_steps(key, steps, seconds)
  for _, step in ipairs(steps) do redis.call('RPUSH', key, step) end
  redis.call('EXPIRE', key, seconds)
end

-- Put a message into its conversation's inbox, and wake a worker.
local function admit(message_id, admission)
  set_fields(admission.conversation_key, admission.conversation)
  local order = redis.call('INCR', admission.arrivals_key)
  redis.call('ZADD', admission.inbox_key, order, message_id)
  local time = redis.call('TIME')
  redis.call('ZADD', admission.waiting_key, 'NX', time[1] .. string.sub('000000' .. time[2], -6, -4),
    admission.conversation.id)
  redis.call('SET', admission.job_key, admission.job, 'EX', admission.job_seconds)
  redis.call('ZADD', admission.queue_key, admission.job_due_ms, admission.job_id)
end
