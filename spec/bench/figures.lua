--- What every program of the bench prints: "cpu_seconds wall_seconds peak_kb count resident_kb", the last at the
-- beginning, and what else it has to say.
local M = {}

local function status(field)
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match("^" .. field .. ":%s*(%d+)")
    if kilobytes then return math.tointeger(kilobytes) end
  end
end

local function wall()
  local file <close> = assert(io.open "/proc/uptime")
  return file:read "n"
end

--- Begins to measure. The peak of memory begins anew; what is resident now is told with the figures.
function M.begin()
  collectgarbage()
  local file = io.open("/proc/self/clear_refs", "w")
  if file then
    file:write "5"
    file:close()
  end
  local self = { cpu = os.clock(), wall = wall(), resident = status "VmRSS" }

  --- The kilobytes that are resident now.
  function self.now() return status "VmRSS" end

  --- Prints the figures, then the resident kilobytes at the beginning, then what else is given.
  function self.print(count, ...)
    print(("%.6f %.6f %d %d %d"):format(os.clock() - self.cpu, wall() - self.wall, status "VmHWM", count,
      self.resident), ...)
  end
  return self
end

return M
