-- Note what Twilio says of a part, once for each status, in whatever order it comes.
-- KEYS turn, steps   ARGV field of the part, status, step
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('HSETNX', KEYS[1], ARGV[1] .. ':receipt:' .. ARGV[2], '1') == 1 then
  redis.call('RPUSH', KEYS[2], ARGV[3])
end
return 1
