--- Alarms: functions to be called when time has passed, ordered by their time.
local native = require "tether.native"

local Alarms = {}
Alarms.__index = Alarms

local M = {}

local FEW = 64 -- so many stopped alarms may stay in the list

--- A list of alarms, with none in it.
function M.new()
  return setmetatable({ list = {}, stopped = 0 }, Alarms)
end

-- Removes stopped alarms. Most alarms are stopped long before their time, and would fill the list until then.
local function sweep(self)
  local kept = {}
  for _, alarm in ipairs(self.list) do
    if alarm.fn then kept[#kept + 1] = alarm end
  end
  self.list, self.stopped = kept, 0
end

local function stop(self, alarm)
  if not alarm.fn then return end
  alarm.fn = nil
  self.stopped = self.stopped + 1
  if self.stopped == #self.list or self.stopped > FEW and self.stopped > #self.list / 2 then sweep(self) end
end

--- Adds an alarm.
-- @tparam integer ms
-- @tparam function fn
-- @treturn function stops the alarm
function Alarms:add(ms, fn)
  local alarm, place = { at_ms = native.clock_ms() + ms, fn = fn }, #self.list + 1
  while place > 1 and alarm.at_ms < self.list[place - 1].at_ms do place = place - 1 end
  table.insert(self.list, place, alarm)
  return function() stop(self, alarm) end
end

--- The time until the first alarm.
-- @treturn ?integer milliseconds; nil: there is no alarm
function Alarms:due_ms()
  local first = self.list[1]
  return first and math.max(0, first.at_ms - native.clock_ms())
end

--- Calls the functions of all alarms that are due.
function Alarms:run()
  local now_ms = native.clock_ms()
  while self.list[1] and (self.list[1].at_ms <= now_ms or not self.list[1].fn) do
    local alarm = table.remove(self.list, 1)
    local fn = alarm.fn
    alarm.fn = nil
    if fn then fn() else self.stopped = self.stopped - 1 end
  end
end

return M
