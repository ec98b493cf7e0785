--- Progress on stderr: a bar on a terminal, and a plain line now and then in a file or a pipe.
local native = require "tether.native"
local plain = require "tether.plain"

local M = {}

local Progress = { __name = "tether.progress" }
Progress.__index = Progress

local BAR, REDRAW_MS = 20, 100 -- characters of the bar; least time between two drawings

--- Makes a progress display.
-- @param err where it goes
-- @tparam table options quiet, progress = seconds between plain lines
-- @treturn progress
function M.new(err, options)
  local now = native.clock_ms()
  return setmetatable({ err = err, quiet = options.quiet, begun = now, last = now,
    is_terminal = io.type(err) == "file" and native.is_terminal(err), every = (options.progress or 5) * 1000 },
    Progress)
end

--- 1234567 -> "1,234,567".
M.number = plain.number

local function time_left(seconds)
  if seconds >= 5400 then return ("%.1f h left"):format(seconds / 3600) end
  if seconds >= 90 then return ("%d min left"):format(math.floor(seconds / 60 + 0.5)) end
  return ("%d s left"):format(math.floor(seconds + 0.5))
end

local function words(self, facts, seconds)
  local list = {}
  for _, fact in ipairs(facts) do list[#list + 1] = ("%s %s"):format(M.number(fact[2]), fact[1]) end
  local before, part_before = facts.before or 0, facts.part_before or 0
  if seconds > 0 then
    list[#list + 1] = ("%s %s/s"):format(M.number((facts[1][2] - before) // seconds), facts[1][1])
  end
  if facts.quota then list[#list + 1] = facts.quota end
  if facts.part and facts.part > part_before and facts.part < 1 then
    list[#list + 1] = time_left(seconds / (facts.part - part_before) * (1 - facts.part))
  end
  self.shown = true
  return table.concat(list, "  ")
end

-- Percents are rounded down, so that 100 % means that everything is done.
local function percent(part)
  return part and ("%3d%%  "):format(math.floor(part * 100)) or ""
end

local function bar(part)
  if not part then return "" end
  local full = math.floor(part * BAR + 0.5)
  return ("[%s%s] %s"):format(("#"):rep(full), ("-"):rep(BAR - full), percent(part))
end

--- Shows the progress, if the last one is old enough.
-- @tparam table facts { { "rows", 12000 }, … }, of which the first gives the rate; part = 0 to 1 or nil; quota = text;
--   before and part_before: the part of the first figure and of `part` that an earlier run did, which took none of this
--   run's time
-- @tparam[opt] boolean now shows it in any case
function Progress:show(facts, now)
  local clock = native.clock_ms()
  self.facts = facts
  if self.quiet or (not now and clock - self.last < (self.is_terminal and REDRAW_MS or self.every)) then return end
  self.last = clock
  local text = words(self, facts, (clock - self.begun) / 1000)
  if self.is_terminal then
    self.err:write("\r", bar(facts.part), text, "\27[K")
  else
    self.err:write(percent(facts.part), text, "\n")
  end
  self.err:flush()
end

--- Shows the last state again, if it is old enough. While a request waits for its answer nothing moves, and without new
-- lines the program would seem to have ended.
function Progress:again()
  if self.facts then self:show(self.facts) end
end

local function end_line(self)
  if self.is_terminal and self.shown then self.err:write "\n" end
  self.shown = false
end

--- Ends the display, so that what the command prints can follow.
function Progress:finish()
  end_line(self)
  self.facts = nil
end

--- Prints a message between two drawings of the bar, also with --quiet.
function Progress:say(text)
  end_line(self)
  self.err:write("tether: ", plain.lines(text), "\n")
end

--- What is left of the window and of the day, as far as answers have told it.
-- @treturn ?string
function M.quota(hub)
  local quota, parts = hub:stats().quota, {}
  if quota.window_left then parts[1] = ("%s of %s calls left now"):format(quota.window_left, quota.window_most) end
  if quota.daily_left then parts[#parts + 1] = M.number(quota.daily_left) .. " today" end
  return #parts > 0 and table.concat(parts, ", ") or nil
end

return M
