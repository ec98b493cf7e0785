--- The sink that answers each batch with what it asked (programs/echo.c), in a process of its own.
local M = {}

--- Starts it; it ends when the value is closed.
-- @treturn table { url = }
function M.start()
  local pipe = assert(io.popen "build/plain/bench/echo & echo $!; wait")
  local pid, port = math.tointeger(pipe:read "n"), math.tointeger(pipe:read "n")
  assert(pid and port, "the sink did not start")
  return setmetatable({ url = ("http://127.0.0.1:%d"):format(port) }, { __close = function()
    os.execute(("kill %d"):format(pid))
    pipe:close()
  end })
end

return M
