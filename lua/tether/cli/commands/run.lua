--- tether run SCRIPT [ARGS]: runs a script with `hub` connected.
local errors = require "tether.error"
local native = require "tether.native"
local account = require "tether.cli.account"

local M = { name = "run", summary = "run a Lua script with `hub` connected" }

--- Declares the arguments.
function M.arguments(parser)
  parser:flag("--portal", "Connect to a fresh embedded portal instead of an account.")
  parser:argument("script", "Lua file; - reads it from stdin.")
  parser:argument("args", "Passed to the script in `arg`; its options may follow as they are."):args "*"
  parser:epilog [[
The account is that of $HUBSPOT_TOKEN, at $TETHER_URL or https://api.hubapi.com.
The script finds `hub`, `tether` and, with --portal, `portal` as globals. It may return an exit code.
Example: tether run --portal examples/overview.lua]]
end

--- What stands behind the script's name belongs to the script, options included.
-- @tparam {string,...} arguments the command's
-- @treturn {string,...} for the command
-- @treturn {string,...} for the script
function M.split(arguments)
  local mine, theirs, script = {}, {}, false
  for i, argument in ipairs(arguments) do
    local list = script and theirs or mine
    list[#list + 1] = argument
    if i > 1 and (argument == "-" or argument:sub(1, 1) ~= "-") then script = true end
  end
  return mine, theirs
end

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
  local portal <close> = options.portal and tether.portal() or nil
  local hub <close> = portal and tether.connect { url = portal.url, token = portal.token } or tether.connect()
  account.tell_retries(hub, function(text) err:write("tether: ", text, "\n") end)
  _G.tether, _G.hub, _G.portal = tether, hub, portal
  _G.arg = table.move(options.rest, 1, #options.rest, 1, { [0] = options.script })
  local ran, code = xpcall(chunk, function(problem)
    return account.is_interrupt(problem) and interrupted(options.script) or traced(problem)
  end, table.unpack(options.rest))
  if not ran and type(code) == "table" and code.interrupted then
    err:write("tether: interrupted at ", code.interrupted, "\n")
    return 130
  end
  if not ran then error(code, 0) end
  return math.tointeger(code) or 0
end

return M
