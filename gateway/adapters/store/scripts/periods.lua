-- The periods of the UTC calendar; put in front of caps.lua. Redis's Lua has no calendar, so it is reckoned: days and months
-- are counted from 1970, and weeks begin on Mondays.
local DAY = 86400000

-- The first day of a month: years are taken to begin in March, so that a leap day is the last day of its year.
-- https://howardhinnant.github.io/date_algorithms.html#days_from_civil
local function first_day(month)
  local year, of_year = 1970 + math.floor((month - 2) / 12), (month - 2) % 12
  local days = math.floor((153 * of_year + 2) / 5)
  return year * 365 + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400) + days - 719468
end

local function month_of(day)
  local month = math.floor(day / 31)
  while first_day(month + 1) <= day do month = month + 1 end
  return month
end

-- Name the day, the week and the month of a moment, each with the moment at which it ends.
local function periods_at(ms)
  local day = math.floor(ms / DAY)
  local week, month = math.floor((day + 3) / 7), month_of(day)
  return {
    day = {day, (day + 1) * DAY},
    week = {week, (week * 7 + 4) * DAY},
    month = {month, first_day(month + 1) * DAY},
  }
end
