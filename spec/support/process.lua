--- Other processes that run Lua with Tether in it.
local M = {}

--- The interpreter that runs this spec, the sanitized one included.
-- @treturn string path
function M.interpreter()
  local pipe = assert(io.popen "readlink /proc/$PPID/exe")
  local path = pipe:read "l"
  pipe:close()
  return path
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
