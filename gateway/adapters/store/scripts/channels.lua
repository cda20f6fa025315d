-- Functions about the ways by which agents come to numbers; put in front of the scripts that change them. `channels` is
-- what sms.py describes.

-- Have a number of the pool be free again, behind all others that are; those who let people in to the agent before are
-- nobody's guests now.
local function return_number(channels, number)
  redis.call('HDEL', channels.numbers .. number, 'account_id', 'agent_id', 'bound_at')
  redis.call('DEL', channels.guests .. number)
  redis.call('ZADD', channels.pool, redis.call('INCR', channels.arrivals), number)
end

-- Leave the way by which an agent came to a number, with all that it had of it.
local function leave_channel(channels, agent)
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
