--- Other processes: Lua with Tether in it, and the command.
local json = require "cjson"
local socket = require "socket"
local files = require "spec.support.files"

local M = {}

local LONGEST = 60      -- seconds: a bound on every wait, far above what any of them takes
local LONGEST_RUN = 300 -- seconds: a bound on a whole command

--- Waits until something holds.
-- @tparam function holds -> true when it does
-- @tparam string what it is, for the failure
-- @tparam[opt] number longest seconds
function M.wait_until(holds, what, longest)
  local over = socket.gettime() + (longest or LONGEST)
  while not holds() do
    if socket.gettime() > over then error("it did not happen: " .. what, 2) end
    socket.sleep(0.01)
  end
end

local Background = {}
Background.__index = Background

--- What it has printed so far, stdout and stderr together.
function Background:output()
  return files.content(self.path)
end

--- Waits until it has printed something.
-- @tparam string pattern
-- @treturn string the first capture
function Background:printed(pattern)
  M.wait_until(function() return self:output():find(pattern) end, "output like " .. pattern)
  return self:output():match(pattern)
end

--- Sends a signal, as a terminal or an init system does.
-- @tparam string names such as "INT", or several that come one right behind the other: "INT INT"
function Background:signal(names)
  os.execute((names:gsub("%a+", ("kill -%%0 %d 2>/dev/null;"):format(self.pid))))
end

local function runs(pid)
  local file <close> = io.open(("/proc/%d/stat"):format(pid))
  return file ~= nil
end

--- Waits for its end. One that does not end is killed, and fails the test.
-- @treturn integer exit code
-- @treturn string all that it printed
function Background:finish()
  local ended = pcall(M.wait_until, function() return not runs(self.pid) end, "its end", LONGEST_RUN)
  if not ended then self:signal "KILL" end
  local code = math.tointeger(tonumber(self.pipe:read "l"))
  self.pipe:close()
  local text = self:output()
  os.remove(self.path)
  assert(ended, "a command did not end: " .. text)
  return code, text
end

--- Starts a command line in a process group of its own, as an interactive shell does: signals are not ignored, also
-- where who runs the suite ignores some, as nohup does.
-- @tparam string command of the shell; its first word may be an assignment
-- @treturn table with pid, output(), printed(pattern), signal(name), finish()
function M.background(command)
  local path = files.write ""
  local script = files.write(("set -m\n%s >%s 2>&1 &\necho $!\nwait $!\necho $?\n"):format(command, path), ".sh")
  local pipe = assert(io.popen("exec env --default-signal bash " .. script .. " 2>/dev/null"))
  return setmetatable({ pid = math.tointeger(tonumber(pipe:read "l")), path = path, pipe = pipe }, Background)
end

--- The interpreter that runs this spec, the sanitized one included.
-- @treturn string path
function M.interpreter()
  local pipe = assert(io.popen "readlink /proc/$PPID/exe")
  local path = pipe:read "l"
  pipe:close()
  return path
end

--- The most memory that a program ever has.
-- @tparam string program Lua that returns a number
-- @treturn integer what it returns
-- @treturn integer kilobytes
function M.peak(program)
  local script = files.write(("local count = (function() %s end)()\n"):format(program) .. [[
    for line in io.lines "/proc/self/status" do
      local kilobytes = line:match "VmHWM:%s*(%d+)"
      if kilobytes then print(count, kilobytes) end
    end]], ".lua")
  local pipe <close> = assert(io.popen("lua5.4 " .. script))
  return pipe:read("n", "n")
end

--- Starts `build/tether portal` in the background.
-- @tparam[opt] string options of the command
-- @treturn table as of M.background
-- @treturn table { url =, token =, … } that it tells
function M.portal(options)
  local portal = M.background("build/tether portal --port 0 " .. (options or ""))
  return portal, json.decode(portal:printed "({.-})\n")
end

--- Starts a script in the background; it runs while this process goes on.
-- @tparam string script
-- @param ... its arguments: no blanks in them; nil is left out
-- @treturn table { pid = integer, read = function() -> all that it printed, when it has ended }
function M.start(script, ...)
  local words = { M.interpreter(), script }
  for i = 1, select("#", ...) do
    local argument = select(i, ...)
    if argument ~= nil then words[#words + 1] = tostring(argument) end
  end
  local pipe = assert(io.popen("echo $$; exec " .. table.concat(words, " ")))
  local pid = math.tointeger(tonumber(pipe:read "l"))
  return {
    pid = pid,
    read = function()
      local text = pipe:read "a"
      pipe:close()
      return text
    end,
  }
end

return M
