--- What `tether run --shadow` adds to a script: it puts shadows in the place of accounts, and tells what they would
-- have changed.
local errors = require "tether.error"
local plain = require "tether.plain"
local plan_shown = require "tether.cli.shown.plan"
local scheduler = require "tether.tasks.scheduler"

local M = {}

local Trial = {}
Trial.__index = Trial

-- The shadow that the script already has of an account, for when it connects again.
local function known_shadow(self, account)
  local id = account:account().portalId
  for _, entry in ipairs(self.list) do
    if entry.id == id then return entry end
  end
  return nil, id
end

local function shadow_of(self, account)
  local known, id = known_shadow(self, account)
  if known then
    known.joined[#known.joined + 1] = account
    return require("tether.shadow.open").join(known.shadow.shadowed, account)
  end
  local shadow = account:shadow()
  shadow.shadowed.kept = true -- it stays open when the script closes its hub, because it is asked afterwards
  self.list[#self.list + 1] = { shadow = shadow, account = account, id = id, joined = {} }
  return shadow
end

local Exit = {}

--- The exit code of a script that has called os.exit; nil: the error has another cause.
-- @param problem what the script has raised
-- @treturn ?integer
function M.exit_code(problem)
  return getmetatable(problem) == Exit and problem.code or nil
end

-- Takes the place of os.exit, which would end the program before the changes are told.
local function exit(code)
  local codes = { [true] = 0, [false] = 1 }
  error(setmetatable({ code = codes[code] or math.tointeger(code) or 0 }, Exit), 0)
end

--- Begins: connections that the script makes become shadows too, and os.exit only ends the script.
-- @tparam table tether the module, whose `connect` is replaced until the end
-- @tparam hub account that the arguments name
-- @treturn table `hub` for the script
function M.begin(tether, account)
  local self = setmetatable({ list = {}, tether = tether, connect = tether.connect, exit = os.exit }, Trial)
  function tether.connect(options)
    return scheduler.even_in_loop(shadow_of, self, self.connect(options)) -- making a shadow asks whose account it is
  end
  os.exit = exit -- luacheck: ignore
  self.hub = shadow_of(self, account)
  return self
end

-- Sends the script's output elsewhere, because it would stand among the JSON.
function M.keep_apart()
  io.output(io.stderr)
  function _G.print(...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = tostring(words[i]) end
    io.stderr:write(table.concat(words, "\t"), "\n")
  end
end

local function tell_notices(shadow, err)
  for _, notice in ipairs(shadow.notices) do
    if notice:find("shadow: ", 1, true) == 1 then err:write("tether: ", plain.line(notice), "\n") end
  end
end

local function save(plans, path)
  if #plans > 1 then
    errors.raise("BAD_ARGUMENT", ("run: the script has written to %d connections, and --out takes one plan"):format(
      #plans), { hint = "use the global hub in the script, or save the plans there: hub:tried():save(FILE)" })
  end
  plans[1]:save(path)
end

--- Tells what would have changed.
-- @tparam table options list, json
-- @param out
-- @param err where notices go
function Trial:tell(options, out, err)
  if scheduler.loop() then scheduler.uninstall() end -- the loop that the ended script has installed
  local told = {}
  for i, entry in ipairs(self.list) do
    local plan = entry.shadow:tried()
    if i == 1 or #plan > 0 then told[#told + 1] = plan end
    tell_notices(entry.shadow, err)
  end
  if #told > 1 and #told[1] == 0 then table.remove(told, 1):close() end -- the script has not used `hub`
  for _, plan in ipairs(told) do plan_shown.tried(options, out, plan) end
  self.told = told
end

--- Saves the changes as a plan.
-- @tparam string path
-- @raise BAD_ARGUMENT: the script has changed records or links through several connections
function Trial:save(path) save(self.told, path) end

--- Ends: restores the module and os.exit.
function Trial:close()
  self.tether.connect = self.connect
  os.exit = self.exit -- luacheck: ignore
  for i, entry in ipairs(self.list) do
    entry.shadow.shadowed.kept = nil
    entry.shadow:close()
    for _, account in ipairs(entry.joined) do account:close() end
    if i > 1 then entry.account:close() end
  end
end

Trial.__close = Trial.close

return M
