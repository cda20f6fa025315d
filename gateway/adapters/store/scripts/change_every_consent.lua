-- Note what an operator says of a texter's consent with every number: with each that they have a standing with, and '*' for
-- those to come. One step, so that a STOP is either older than all of it, or undone by none of it.
-- ARGV the change of '*' as JSON, consent as JSON, prefix of numbers
-- returns number, its account or false, and version of each row
local change, consent = cjson.decode(ARGV[1]), cjson.decode(ARGV[2])
local places, noted = redis.call('SMEMBERS', consent.places .. change.texter_hash), {}

local function note(place, account)
  change.place, change.account = place, account
  change.row.number, change.row.account_id = place, account or cjson.null
  note_consent(consent, change)
  table.insert(noted, {place, account, change.row.version})
end

note('*', false)
table.sort(places)
for _, place in ipairs(places) do
  if place ~= '*' and not is_wide(place) then note(place, redis.call('HGET', ARGV[3] .. place, 'account_id')) end
end
return noted
