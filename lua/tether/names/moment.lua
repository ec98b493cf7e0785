--- Times as people and programs write them.
local check = require "tether.check"

local M = {}

local WANTED = 'a time such as "2026-11-28", "2026-11-28T10:00:00Z", "2026-11-28T10:00:00+01:00", milliseconds ' ..
  "since 1970, or what os.time() gives"
local SECONDS_BELOW = 100000000000 -- numbers below are seconds (the year 5138); as milliseconds it is March 1973
local LATEST = 253402300800000 -- the year 10000: greater numbers are microseconds, or a mistake

local LENGTHS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_leap(year)
  return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
end

-- Days since 1970 of a date; nil: there is no such day.
local function day_of(year, month, day)
  local length = LENGTHS[month] and LENGTHS[month] + (month == 2 and is_leap(year) and 1 or 0)
  if year < 1970 or not length or day < 1 or day > length then return nil end
  local before = year - 1
  local days = (year - 1970) * 365 + before // 4 - before // 100 + before // 400 - 477
  for passed = 1, month - 1 do days = days + LENGTHS[passed] + (passed == 2 and is_leap(year) and 1 or 0) end
  return days + day - 1
end

-- Milliseconds of a time of day as text: "10:00", "10:00:00.5".
local function of_day(text)
  local hours, minutes, rest = text:match "^(%d%d):(%d%d)(.*)$"
  local seconds, fraction = (rest or ""):match "^:(%d%d)(.*)$"
  local digits = fraction and fraction:match "^%.(%d+)$"
  if not hours or (rest ~= "" and not seconds) or (seconds and fraction ~= "" and not digits) then return nil end
  hours, minutes, seconds = tonumber(hours), tonumber(minutes), tonumber(seconds or 0)
  if hours > 23 or minutes > 59 or seconds > 59 then return nil end
  local thousandths = digits and tonumber((digits .. "00"):sub(1, 3)) or 0
  return math.tointeger(((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths)
end

-- Milliseconds by which a zone is ahead of UTC: "Z", "+01:00", "-0330".
local function of_zone(text)
  if text == "Z" or text == "z" then return 0 end
  local sign, hours, minutes = text:match "^([+-])(%d%d):?(%d%d)$"
  if not sign or tonumber(hours) > 23 or tonumber(minutes) > 59 then return nil end
  local ahead = (tonumber(hours) * 60 + tonumber(minutes)) * 60000
  return math.tointeger(sign == "+" and ahead or -ahead)
end

local function of_text(name, text)
  local year, month, day, rest = text:match "^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$"
  if not year then
    local digits = text:match "^%d+$" and math.tointeger(tonumber(text))
    return digits and M.of(name, digits) or check.refuse(name, WANTED, text)
  end
  local days = day_of(math.tointeger(tonumber(year)), math.tointeger(tonumber(month)), math.tointeger(tonumber(day)))
  if not days then check.refuse(name, "a day that there is", text) end
  if rest == "" then return days * 86400000 end
  local clock, zone = rest:match "^[Tt ]([%d:.]+)(.*)$"
  if clock and zone == "" then
    check.refuse(name, "a time with its zone, Z for UTC or as +01:00 (a day alone begins at midnight UTC)", text)
  end
  local ms, ahead = clock and of_day(clock), zone and of_zone(zone)
  if not ms or not ahead then check.refuse(name, WANTED, text) end
  return days * 86400000 + ms - ahead
end

-- A number of seconds, as os.time gives it, or of milliseconds; its size tells which.
local function of_number(name, number)
  local whole = math.tointeger(number)
  if not whole then check.refuse(name, "a whole number of seconds or milliseconds", number) end
  local ms = whole < SECONDS_BELOW and whole * 1000 or whole
  if ms < 0 or ms >= LATEST then check.refuse(name, "a time from 1970 to 9999 in milliseconds", number) end
  return ms
end

--- A time in milliseconds since 1970.
-- @tparam string name the argument's
-- @param given ISO 8601 (a day alone begins at midnight UTC; a time needs its zone), milliseconds since 1970, what
--   os.time() gives, a table as os.date "*t" makes it, or either number as text
-- @treturn integer
-- @raise BAD_ARGUMENT
function M.of(name, given)
  if type(given) == "string" then return of_text(name, given) end
  if type(given) == "number" then return of_number(name, given) end
  if type(given) ~= "table" then check.refuse(name, WANTED, given) end
  local read, seconds = pcall(os.time, given)
  if not read then check.refuse(name, "a table as os.date gives it, or " .. WANTED, given) end
  return of_number(name, seconds)
end

return M
