-- Functions about the ways by which agents come to numbers; put in front of the scripts that change them. `channels` is
-- what sms.py describes.

-- Let go of the numbers that an account has brought to an agent, all but `kept`; their sealed tokens go with them.
local function release_brought(channels, agent, kept)
  for _, number in ipairs(redis.call('SMEMBERS', channels.agent_numbers .. agent)) do
    if number ~= kept and redis.call('HEXISTS', channels.numbers .. number, 'twilio_sid') == 1 then
      redis.call('DEL', channels.numbers .. number, channels.guests .. number, channels.former_tokens .. number)
      redis.call('ZREM', channels.index, number)
      redis.call('SREM', channels.agent_numbers .. agent, number)
    end
  end
end

-- Have a number of the pool be free again, behind all others that are. What was said of it for the agent before, whom it
-- let in and under whose name, is not the next one's; what kind it is and who answers keywords is the number's own.
local function return_number(channels, number)
  local key = channels.numbers .. number
  redis.call('HDEL', key, 'account_id', 'agent_id', 'bound_at', 'brand', 'help_contact', 'label', 'join_code')
  redis.call('HSET', key, 'policy', 'open', 'stop_words', '[]')
  redis.call('DEL', channels.guests .. number)
  redis.call('ZADD', channels.pool, redis.call('INCR', channels.arrivals), number)
end

-- Have a texter be at no agent of a sandbox any more.
local function leave_sandbox(channels, number, texter)
  local agent = redis.call('HGET', channels.members .. number, texter)
  redis.call('HDEL', channels.members .. number, texter)
  if agent then redis.call('SREM', channels.joined .. agent, number .. ' ' .. texter) end
end

-- Have a texter be at an agent of a sandbox, and at no other.
local function join_sandbox(channels, number, texter, agent)
  leave_sandbox(channels, number, texter)
  redis.call('HSET', channels.members .. number, texter, agent)
  redis.call('SADD', channels.joined .. agent, number .. ' ' .. texter)
end

-- Have everybody be at no agent of a sandbox that is one no longer.
local function dissolve_sandbox(channels, number)
  for _, texter in ipairs(redis.call('HKEYS', channels.members .. number)) do leave_sandbox(channels, number, texter) end
end

-- Leave the way by which an agent came to a number, with all that it had of it, but for a brought number that is `kept`.
local function leave_channel(channels, agent, kept)
  release_brought(channels, agent, kept)
  local code = redis.call('HGET', channels.setups .. agent, 'code')
  if code then redis.call('HDEL', channels.codes, code) end
  for _, place in ipairs(redis.call('SMEMBERS', channels.joined .. agent)) do
    leave_sandbox(channels, string.match(place, '^(%S+) (%S+)$'))
  end
  redis.call('ZREM', channels.queue, agent)
  for _, number in ipairs(redis.call('SMEMBERS', channels.agent_numbers .. agent)) do
    local use, whose = unpack(redis.call('HMGET', channels.numbers .. number, 'use', 'agent_id'))
    if use == 'pool' and whose == agent then
      redis.call('SREM', channels.agent_numbers .. agent, number)
      return_number(channels, number)
    end
  end
  redis.call('DEL', channels.setups .. agent)
end
