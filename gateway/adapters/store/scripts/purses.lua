-- Functions that take from caps on spend what a turn may cost; put in front of the script that opens turns, after caps.lua.
-- A purse is what an agent, or an account, has spent in a day or a month, and what open turns may still spend, in
-- microcents. `spend` is what spending.py describes; `whose` names an agent and an account.
local KINDS, PERIODS = {'agent', 'account'}, {'day', 'month'}

local function whole(number) return string.format('%.0f', number) end

-- What the caps are: the settings'; of an account whichever it was given instead, where 0 is none; of an agent its own,
-- where that is lower.
local function read_spend_caps(spend, whose)
  local most = {}
  local given = redis.call('HMGET', spend.accounts .. whose.account, 'spend_day', 'spend_month')
  local own = redis.call('HMGET', spend.agents .. whose.agent, 'spend_day', 'spend_month')
  for i, period in ipairs(PERIODS) do
    local of_agent, of_account = spend.most['agent_spend_' .. period], spend.most['account_spend_' .. period]
    if given[i] then of_account = tonumber(given[i]) > 0 and tonumber(given[i]) or nil end
    if own[i] then of_agent = math.min(tonumber(own[i]), of_agent or math.huge) end
    most['agent_spend_' .. period], most['account_spend_' .. period] = of_agent, of_account
  end
  return most
end

local function read_purses(spend, whose)
  local periods, most, purses = periods_at(now_ms()), read_spend_caps(spend, whose), {}
  for _, kind in ipairs(KINDS) do
    for _, period in ipairs(PERIODS) do
      local name, number, ends = kind .. '_spend_' .. period, unpack(periods[period])
      local key = spend.prefix .. name .. ':' .. whose[kind] .. ':' .. whole(number)
      local used = tonumber(redis.call('HGET', key, 'microcents') or 0)
      table.insert(purses, {cap = name, most = most[name], ends = ends, key = key, used = used})
    end
  end
  return purses
end

-- Of the purses that have no room for so much the one that stays full longest, if any.
local function find_full(purses, wanted)
  local full
  for _, purse in ipairs(purses) do
    if purse.most and purse.used + wanted > purse.most and lasts_longer(purse, full) then full = purse end
  end
  return full
end

-- What a turn may cost at the most: as many segments as its agent may send, and what the dearest answer of the agent's
-- model has cost this month.
-- returns that, what of it is the model's, and what a line costs that says that a cap is reached
local function estimate(spend, whose, purses, brand, is_disclosed)
  local texting = cjson.decode(redis.call('HGET', spend.agents .. whose.agent, 'texting') or '{}')
  local ceiling = type(texting.max_segments) == 'number' and texting.max_segments or spend.segments
  local wording = type(texting.disclosure) == 'string' and texting.disclosure or spend.disclosure
  local disclosure = is_disclosed and 0 or bound_disclosure(wording, brand or spend.brand)
  local dearest = tonumber(redis.call('HGET', purses[2].key, 'dearest') or 0)
  local model = math.max(spend.guess, dearest)
  return (ceiling + disclosure) * spend.price + model, model, (1 + disclosure) * spend.price
end

-- Take so much from every purse, and write down on the turn from which, whose they are, and what is for the model.
local function reserve(turn, purses, whose, spend, amount, model)
  local names = {}
  for i, purse in ipairs(purses) do
    purse.used = redis.call('HINCRBY', purse.key, 'microcents', whole(amount))
    keep_until(purse, spend)
    names[i] = purse.key
  end
  local reserved = {
    amount = whole(amount), model = whole(model), purses = names, agent = whose.agent, account = whose.account,
    by_operator = redis.call('HGET', spend.agents .. whose.agent, 'llm_mode') == 'hosted',
  }
  redis.call('HSET', turn, 'reserved', cjson.encode(reserved))
end
