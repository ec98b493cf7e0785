--- tether run SCRIPT [ARGS]: runs a script with `hub` connected.
local errors = require "tether.error"
local native = require "tether.native"
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local plan_shown = require "tether.cli.shown.plan"
local shadowed = require "tether.cli.shared.shadowed"

local INTERRUPTED <const> = 130

local M = { name = "run", summary = "run a Lua script with `hub` connected", account = true,
  arguments = { { "script", "Lua file; - reads it from stdin.", type = "FILE" },
    { "args", "Passed to the script in `arg`; its options may follow as they are.", many = "*", raw = true,
      type = "FILE" } },
  options = common.joined({
    { "--shadow", "Try it: the script reads the account, what it writes stays in a shadow, and what would have " ..
      "changed is told." },
    { "--out", "With --shadow: save what would change as a plan, for tether apply.", value = "JOB" },
    { "--json", "With --shadow: tell it as JSON, in the shape of tether plan; what the script prints goes to stderr." },
  }, plan_shown.options),
  notes = [[
The script finds `hub`, `tether` and, with --portal, `portal` as globals. It may return an exit code.
Options of the script stand behind it, those of the command before it.
With --shadow the account gets reads alone, also from a script that connects by itself.]],
  examples = { "tether run --portal examples/overview.lua",
    "tether run --shadow --out x.job examples/import_links.lua links.csv" } }

local function load_script(name)
  local chunk, problem = loadfile(name ~= "-" and name or nil)
  if not chunk then errors.raise("FILE_FAILED", "cannot load the script: " .. problem) end
  return chunk
end

-- The line of the script at which it was interrupted, not the line of the library that it had called.
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
  if errors.is(problem) or shadowed.exit_code(problem) then return problem end
  return debug.traceback(tostring(problem), 2)
end

local function check_options(options)
  if options.shadow and options.out then plan_shown.check_new(options.out) end -- before the script runs
  if options.shadow then return end
  for _, name in ipairs { "out", "json" } do
    if options[name] then
      errors.raise("BAD_ARGUMENT", ("run: --%s tells what a script would change, which needs --shadow"):format(name))
    end
  end
end

-- Calls the script; answers its exit code. An error is raised again when everything is told. After a signal every error
-- counts as the signal's end, whatever the library or the script has made of it.
local function call(chunk, options, err, interrupts)
  _G.arg = table.move(options.args, 1, #options.args, 1, { [0] = options.script })
  local ran, code = xpcall(chunk, function(problem)
    if not interrupts:came() then return traced(problem) end
    interrupts:calm()
    return interrupted(options.script)
  end, table.unpack(options.args))
  if not interrupts:came() then return ran and (math.tointeger(code) or 0) or shadowed.exit_code(code), code end
  interrupts:calm()
  err:write("tether: interrupted at ", type(code) == "table" and code.interrupted or options.script, "\n")
  return INTERRUPTED
end

local function try(tether, hub, chunk, options, out, err, interrupts)
  if options.json then shadowed.keep_apart() end
  local trial <close> = shadowed.begin(tether, hub)
  _G.hub = trial.hub
  local code, problem = call(chunk, options, err, interrupts)
  trial:tell(options, out, err)
  if not options.out then return code, problem end
  if code and code ~= INTERRUPTED then
    trial:save(options.out)
  else -- a script that failed half-way is no plan
    err:write("tether: ", options.out, " is not written, since the script has not come to its end\n")
  end
  return code, problem
end

--- Runs the command.
-- @treturn integer exit code
-- @raise what the script raises
function M.run(options, out, err)
  local tether = require "tether"
  local interrupts <close> = errors.check(native.interrupt "script")
  check_options(options)
  local chunk = load_script(options.script)
  local connection, opened = account.connection(options)
  local portal <close> = opened
  local hub <close> = tether.connect(connection)
  account.tell_retries(hub, function(text) err:write("tether: ", text, "\n") end)
  _G.tether, _G.hub, _G.portal = tether, hub, portal
  local code, problem
  if options.shadow then
    code, problem = try(tether, hub, chunk, options, out, err, interrupts)
  else
    code, problem = call(chunk, options, err, interrupts)
  end
  if not code then error(problem, 0) end
  return code
end

return M
