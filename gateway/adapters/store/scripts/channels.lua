-- Functions about the ways by which agents come to numbers; put in front of the scripts that change them. `channels` is
-- what sms.py describes.

-- Leave the way by which an agent came to a number, with all that it had of it.
local function leave_channel(channels, agent)
  redis.call('DEL', channels.setups .. agent)
end
