-- Functions about the ways by which agents come to numbers; put in front of the scripts that change them. `channels` is
-- what sms.py describes.

-- Let go of the numbers that an account has brought to an agent, all but `kept`; their sealed tokens go with them.
local function release_brought(channels, agent, kept)
  for _, number in ipairs(redis.call('SMEMBERS', channels.agent_numbers .. agent)) do
    if number ~= kept and redis.call('HEXISTS', channels.numbers .. number, 'twilio_sid') == 1 then
      redis.call('DEL', channels.numbers .. number, channels.guests .. number)
      redis.call('ZREM', channels.index, number)
      redis.call('SREM', channels.agent_numbers .. agent, number)
    end
  end
end

-- Leave the way by which an agent came to a number, with all that it had of it.
local function leave_channel(channels, agent)
  redis.call('DEL', channels.setups .. agent)
  release_brought(channels, agent)
end
