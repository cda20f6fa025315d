-- Give free numbers of the pool to the agents that wait for one: who came first gets the number that has been free longest.
-- KEYS pool, queue   ARGV agent that comes to wait or '', when, channels as JSON,
--   prefixes of agents and accounts
-- returns number and agent of each that was given
local channels = cjson.decode(ARGV[3])

-- The account of an agent that is to have a number of the pool; nil of any other.
local function account_of(agent)
  if redis.call('HGET', channels.setups .. agent, 'mode') ~= 'managed' then return nil end
  if redis.call('SCARD', channels.agent_numbers .. agent) > 0 then return nil end
  local account = redis.call('HGET', ARGV[4] .. agent, 'account_id')
  if not account then return nil end
  local brand, contact, closed = unpack(redis.call('HMGET', ARGV[5] .. account, 'brand', 'help_contact', 'closed_at'))
  return brand and contact and not closed and account
end

if ARGV[1] ~= '' and account_of(ARGV[1]) and not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  redis.call('ZADD', KEYS[2], redis.call('INCR', channels.arrivals), ARGV[1])
end
local given = {}
while true do
  local agent = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not agent then break end
  local account, number = account_of(agent), redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if account and not number then break end
  redis.call('ZREM', KEYS[2], agent)
  if account then
    redis.call('ZREM', KEYS[1], number)
    redis.call('HSET', channels.numbers .. number, 'account_id', account, 'agent_id', agent, 'bound_at', ARGV[2])
    redis.call('SADD', channels.agent_numbers .. agent, number)
    table.insert(given, number)
    table.insert(given, agent)
  end
end
return given
