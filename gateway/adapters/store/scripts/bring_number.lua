-- Bind a number that an account has brought, with its login; unless it is the operator's, or another account's. From then
-- on the agent comes to its number by that way alone: another one is left whole, with what the agent had of it. A token that
-- is replaced by another of the same Twilio account is kept for a while: Twilio may be signing with it still.
-- KEYS number, numbers of the agent, numbers, agent, account, former token   ARGV account, number, agent, channels as JSON,
--   when, settings of a new number as JSON, login as JSON, set-up as JSON, seconds for which the token before is kept or 0
--   when it is the same
-- returns 'brought', 'taken', or 'gone' when the agent has been deleted meanwhile, or its account closed
local channels = cjson.decode(ARGV[4])
local login = cjson.decode(ARGV[7])
local owner, before, sid, token = unpack(
  redis.call('HMGET', KEYS[1], 'account_id', 'agent_id', 'twilio_sid', 'twilio_token'))
if redis.call('EXISTS', KEYS[1]) == 1 and (owner ~= ARGV[1] or not sid) then return 'taken' end
if redis.call('EXISTS', KEYS[4]) == 0 or redis.call('HEXISTS', KEYS[5], 'closed_at') == 1 then return 'gone' end
local setup = cjson.decode(ARGV[8])
if redis.call('HGET', channels.setups .. ARGV[3], 'mode') == setup.mode then
  release_brought(channels, ARGV[3], ARGV[2])
else
  leave_channel(channels, ARGV[3], ARGV[2])
end
if before then redis.call('SREM', channels.agent_numbers .. before, ARGV[2]) end
for name, value in pairs(cjson.decode(ARGV[6])) do redis.call('HSETNX', KEYS[1], name, value) end
redis.call('HSET', KEYS[1], 'account_id', ARGV[1], 'agent_id', ARGV[3], 'bound_at', ARGV[5], 'use', 'own')
redis.call('HDEL', KEYS[1], 'twilio_flaw')
if sid ~= login.twilio_sid then
  redis.call('DEL', KEYS[6])
  -- a Messaging Service is its Twilio account's own: at another one it would have each part refused
  redis.call('HDEL', KEYS[1], 'messaging_service')
elseif tonumber(ARGV[9]) > 0 then
  redis.call('SET', KEYS[6], token, 'EX', ARGV[9])
end
for name, value in pairs(login) do redis.call('HSET', KEYS[1], name, value) end
redis.call('ZADD', KEYS[3], 0, ARGV[2])
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('DEL', channels.setups .. ARGV[3])
for name, value in pairs(setup) do redis.call('HSET', channels.setups .. ARGV[3], name, value) end
return 'brought'
