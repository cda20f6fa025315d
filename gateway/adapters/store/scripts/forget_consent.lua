-- Take a texter's number out of a ledger: it goes on to block and to prove under the hash. Nor are they a guest of the
-- number any more, nor at an agent of it. Of one account's doing only what is that account's.
-- KEYS ledger, guests, hinted, number
-- ARGV hash of the texter, number, channels as JSON, account or '', prefix of agents, '1' to leave them guest and member
-- returns how many rows there are
local texter, number, channels, account = ARGV[1], ARGV[2], cjson.decode(ARGV[3]), ARGV[4]
local function is_theirs(owner) return account == '' or owner == account end

local count = 0
for i, stored in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local row = cjson.decode(stored)
  if is_theirs(row.account_id) then
    row.texter = 'hash:' .. texter
    redis.call('LSET', KEYS[1], i - 1, cjson.encode(row))
    count = count + 1
  end
end
if account == '' then redis.call('DEL', KEYS[3]) end
if ARGV[6] == '1' then return count end
if is_theirs(redis.call('HGET', KEYS[4], 'account_id')) then redis.call('HDEL', KEYS[2], texter) end
local agent = redis.call('HGET', channels.members .. number, texter)
if is_theirs(agent and redis.call('HGET', ARGV[5] .. agent, 'account_id')) then leave_sandbox(channels, number, texter) end
return count
