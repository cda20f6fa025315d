-- Functions that have a texter hear once that a cap is reached; put in front of the scripts that open and end turns.
local MAY_HAVE = {sending = true, sent = true, unknown = true}

-- Have a turn be the one that tells this texter, unless another is, or was: so however many are opened at once, one tells.
local function may_tell(turn, count, texter)
  local field = 'told:' .. texter
  if redis.call('HSETNX', count.key, field, turn) == 0 then return false end
  redis.call('HSET', turn, 'tells', cjson.encode({count.key, field}))
  return true
end

-- Leave it to the next turn where the line, which is the last part, has reached nobody.
local function leave_untold(turn)
  local tells, parts = unpack(redis.call('HMGET', turn, 'tells', 'parts'))
  if not tells then return end
  local last = #cjson.decode(parts or '[]') - 1
  if MAY_HAVE[redis.call('HGET', turn, 'part:' .. last)] then return end
  local key, field = unpack(cjson.decode(tells))
  if redis.call('HGET', key, field) == turn then redis.call('HDEL', key, field) end
end
