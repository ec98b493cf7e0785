-- Rehearses a script on a shadow of the account, and does what it would have done when that is not more than expected:
--   tether run examples/rehearsed.lua 500 FOLDER script.lua [arguments of the script]
-- The account is only read while the script runs. Up to 500 changes are applied then, all as a job in FOLDER, which
-- `tether undo` takes back; more are left there for somebody to look at: `tether job`, `tether apply`.
-- Exit code: the script's, when it is not 0; 1: too many changes, or some failed; 0: done.
local most, folder, script = math.tointeger(arg[1]), arg[2], arg[3]
if not most or not script then
  io.stderr:write "usage: tether run rehearsed.lua MOST FOLDER SCRIPT [arguments]\n"
  return 2
end

-- The script finds the shadow as `hub`, and its own arguments.
local function rehearse(account)
  local shadow <close> = account:shadow()
  local arguments = table.move(arg, 4, #arg, 1, { [0] = script })
  _G.hub, _G.arg = shadow, arguments
  local code = assert(loadfile(script))(table.unpack(arguments))
  for _, notice in ipairs(shadow.notices) do io.stderr:write(notice, "\n") end
  return math.tointeger(code) or 0, shadow:tried()
end

local account = hub
local code, plan = rehearse(account)
print("would change: " .. tostring(plan))
if code ~= 0 or #plan == 0 then return code end

local path = ("%s/%s.job"):format(folder, os.date "!%Y-%m-%dT%H%M%SZ")
plan:save(path)
if #plan > most then
  io.stderr:write(("%d changes are more than %d: look at %s\n"):format(#plan, most, path))
  return 1
end
local report <close> = account:apply(path)
print(report)
for change in report:changes() do
  if change.result ~= "done" and change.result ~= "already" then
    print(change.action, change.from_type, change.from, change.to or "", change.text or change.result)
  end
end
return report:fine() and 0 or 1
