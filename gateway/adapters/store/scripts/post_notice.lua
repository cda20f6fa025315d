-- Post a notice, unless the same was posted within the hour: a provider that is down must not bury the others.
-- KEYS notices, noticed   ARGV most, quiet seconds, kind, account, reason, turn, number or ''
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*',
  'kind', ARGV[3], 'account_id', ARGV[4], 'reason', ARGV[5], 'turn_id', ARGV[6], 'number', ARGV[7])
return 1
