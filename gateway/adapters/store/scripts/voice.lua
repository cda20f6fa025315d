-- Tell who texts from a number: its own brand and contact, else its account's; false for what neither has.
local function read_voice(number, account)
  local own, whose = redis.call('HMGET', number, 'brand', 'help_contact'), redis.call('HMGET', account, 'brand', 'help_contact')
  return {own[1] or whose[1], own[2] or whose[2]}
end
