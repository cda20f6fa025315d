-- Functions that keep the lists of conversations, all of them and by account and agent, in order of their last use; put in
-- front of the scripts that do, after clock.lua. `recent` is the name of the first list.

-- Move a conversation to the head of its lists; the agent that answers it no more loses it.
local function note_use(recent, key, id, account, agent)
  local now, before = now_ms(), redis.call('HGET', key, 'agent_id')
  if redis.call('EXISTS', key) == 0 then redis.call('HSET', key, 'created_ms', now) end
  redis.call('HSET', key, 'used_ms', now, 'agent_id', agent)
  if before and before ~= agent then redis.call('ZREM', recent .. ':' .. before, id) end
  for _, list in ipairs({recent, recent .. ':' .. account, recent .. ':' .. agent}) do redis.call('ZADD', list, now, id) end
end

-- Take a conversation off its lists.
local function drop_use(recent, key, id)
  redis.call('ZREM', recent, id)
  for _, whose in pairs(redis.call('HMGET', key, 'account_id', 'agent_id')) do
    if whose then redis.call('ZREM', recent .. ':' .. whose, id) end
  end
end
