-- Functions that tell what the disclosure before a first reply may cost; put in front of purses.lua.
local PLAIN = '^[%w @$\n!"#%%&\'()*+,./:;<=>?_-]*$'
local PLAIN_SEGMENT, PLAIN_JOINED, WIDE_SEGMENT, WIDE_JOINED = 160, 153, 70, 67

-- Count the segments that words have at the most: of plain letters just those, else more than hold them, since an emoji
-- that would be torn between two goes into the second, and two that follow each other are more than one holds.
local function bound_segments(words)
  if string.find(words, PLAIN) then
    return #words <= PLAIN_SEGMENT and 1 or math.ceil(#words / PLAIN_JOINED)
  end
  local _, characters = string.gsub(words, '[^\128-\191]', '')
  local _, pairs_of_units = string.gsub(words, '[\240-\247]', '')
  local units = characters + pairs_of_units
  return units <= WIDE_SEGMENT and 1 or 2 * math.floor((units - 1) / WIDE_JOINED) + 1
end

local function bound_disclosure(wording, brand)
  if wording == '' then return 0 end
  return bound_segments((string.gsub(wording, '{brand}', function() return brand end)))
end
