-- Functions that read and note consent; put in front of the scripts that do, after clock.lua. `consent` is what
-- consents.py describes. A texter's standing is kept for each place: a number, '*' for every number, and, as far as
-- opt-outs may reach, the number's account and 'all'.

local function standing_key(consent, place, texter) return consent.prefix .. place .. ':' .. texter end

-- The places besides the number itself from which an opt-out reaches it now.
local function wider_places(consent, account)
  local scope = redis.call('ZREVRANGEBYSCORE', consent.scopes, now_ms(), '-inf', 'LIMIT', 0, 1)[1]
  local places = {'*'}
  if account and (scope == 'account' or scope == 'all') then table.insert(places, account) end
  if scope == 'all' then table.insert(places, 'all') end
  return places
end

-- Tell a texter's standing with a number, the number whose ledger says so, and the key of the standing that decides. An
-- opt-out elsewhere reaches this number unless the texter has opted in to this very number since.
local function read_standing(consent, number, account, texter)
  local own = standing_key(consent, number, texter)
  local state, noted_ms = unpack(redis.call('HMGET', own, 'state', 'noted_ms'))
  if state == 'out' then return 'out', number, own end
  for _, place in ipairs(wider_places(consent, account)) do
    local key = standing_key(consent, place, texter)
    local there = redis.call('HMGET', key, 'state', 'noted_ms', 'number')
    local since = state == 'in' and tonumber(noted_ms) > tonumber(there[2] or 0)
    if there[1] == 'out' and not since then return 'out', there[3], key end
  end
  return state or 'unset', number, own
end

-- The moment of a word on consent: later than every other of the texter's, even when Redis's clock was put back.
local function next_moment(consent, texter)
  local moment = now_ms()
  for _, place in ipairs(redis.call('SMEMBERS', consent.places .. texter)) do
    local noted_ms = redis.call('HGET', standing_key(consent, place, texter), 'noted_ms')
    moment = math.max(moment, tonumber(noted_ms or 0) + 1)
  end
  return moment
end

local function put_standing(consent, place, change, version, moment)
  local key = standing_key(consent, place, change.texter_hash)
  if change.row.state ~= 'unset' then redis.call('HDEL', key, 'asked_ms', 'asked_sid', 'asked_account', 'said_at') end
  redis.call('HSET', key, 'state', change.row.state, 'noted_ms', moment, 'at', change.row.at, 'number', change.place,
    'source', change.row.source, 'version', version)
  redis.call('SADD', consent.places .. change.texter_hash, place)
end

-- Tell a place that opt-outs may reach from a number that they were texted to.
local function is_wide(place) return place == 'all' or string.sub(place, 1, 5) == 'acct_' end

local function clear_wider(consent, texter)
  for _, place in ipairs(redis.call('SMEMBERS', consent.places .. texter)) do
    if is_wide(place) then
      redis.call('DEL', standing_key(consent, place, texter))
      redis.call('SREM', consent.places .. texter, place)
    end
  end
end

-- Append a row to the ledger, and have the standing follow. What came by a number that its account has brought reaches no
-- other account: that account could have signed it.
local function note_consent(consent, change)
  local pair = change.place .. ':' .. change.texter_hash
  local version = redis.call('LLEN', consent.ledger .. pair) + 1
  change.row.version = version
  redis.call('RPUSH', consent.ledger .. pair, cjson.encode(change.row))
  redis.call('ZADD', consent.ledgers, 0, pair)
  redis.call('ZADD', consent.aging, now_ms(), pair)
  local moment = next_moment(consent, change.texter_hash)
  put_standing(consent, change.place, change, version, moment)
  if change.place == '*' and change.row.state == 'in' then clear_wider(consent, change.texter_hash) end
  if change.place ~= '*' and change.row.state == 'out' then
    if change.account then put_standing(consent, change.account, change, version, moment) end
    if not change.within_account then put_standing(consent, 'all', change, version, moment) end
  end
end
