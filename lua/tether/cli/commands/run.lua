--- tether run SCRIPT [ARGS]: runs a script with `hub` connected.
local errors = require "tether.error"
local native = require "tether.native"
local account = require "tether.cli.account"

local M = { name = "run", summary = "run a Lua script with `hub` connected", account = true,
  arguments = { { "script", "Lua file; - reads it from stdin.", type = "FILE" },
    { "args", "Passed to the script in `arg`; its options may follow as they are.", many = "*", raw = true,
      type = "FILE" } },
  notes = "The script finds `hub`, `tether` and, with --portal, `portal` as globals. It may return an exit code.",
  examples = { "tether run --portal examples/overview.lua" } }

local function load_script(name)
  local chunk, problem = loadfile(name ~= "-" and name or nil)
  if not chunk then errors.raise("FILE_FAILED", "cannot load the script: " .. problem) end
  return chunk
end

-- The place is that of the script, not of what it called.
local function interrupted(script)
  for level = 2, 200 do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    if info.source == "@" .. script or info.source == "=stdin" then
      return { interrupted = ("%s:%d"):format(info.short_src, info.currentline) }
    end
  end
  return { interrupted = script }
end

local function traced(problem)
  if errors.is(problem) then return problem end
  return debug.traceback(tostring(problem), 2)
end

--- Runs the script.
-- @treturn integer exit code
-- @raise what the script raises
function M.run(options, _, err)
  local tether = require "tether"
  native.hangup_interrupts()
  local chunk = load_script(options.script)
  local connection, opened = account.connection(options)
  local portal <close> = opened
  local hub <close> = tether.connect(connection)
  account.tell_retries(hub, function(text) err:write("tether: ", text, "\n") end)
  _G.tether, _G.hub, _G.portal = tether, hub, portal
  _G.arg = table.move(options.args, 1, #options.args, 1, { [0] = options.script })
  local ran, code = xpcall(chunk, function(problem)
    return account.is_interrupt(problem) and interrupted(options.script) or traced(problem)
  end, table.unpack(options.args))
  if not ran and type(code) == "table" and code.interrupted then
    err:write("tether: interrupted at ", code.interrupted, "\n")
    return 130
  end
  if not ran then error(code, 0) end
  return math.tointeger(code) or 0
end

return M
