-- Take a texter's number out of a ledger: it goes on to block and to prove under the hash. Nor are they a guest of the
-- number any more, nor at an agent of it.
-- KEYS ledger, guests, hinted   ARGV hash of the texter, number, channels as JSON
-- returns how many rows there are
local rows = redis.call('LRANGE', KEYS[1], 0, -1)
for i, stored in ipairs(rows) do
  local row = cjson.decode(stored)
  row.texter = 'hash:' .. ARGV[1]
  redis.call('LSET', KEYS[1], i - 1, cjson.encode(row))
end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[3])
leave_sandbox(cjson.decode(ARGV[3]), ARGV[2], ARGV[1])
return #rows
