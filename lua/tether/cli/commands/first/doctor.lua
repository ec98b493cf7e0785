--- tether doctor: whether a script could work with the account, and what to mend.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local M = { name = "doctor", summary = "check host, TLS, token, scopes, limits and clock", account = true,
  arguments = { { "object", "Object types that the token must read: contacts, companies, p_pet, …", many = "*",
    type = "TYPE" } },
  options = { { "--write", "It must write them as well." },
    { "--scopes", "Further scopes that it must have, joined by commas.", value = "LIST" } },
  notes = "One line a check: ok, warn, fail, or skip where an earlier failure leaves nothing to look at.\n" ..
    "Exit code: 0 when nothing fails, 1 when something does.",
  examples = { "tether doctor contacts companies --write" },
  json = shape.object { { "fine", "boolean" }, { "checks", shape.list "any" }, { "facts", "any" } } }

local function scopes_of(list)
  local scopes = {}
  for scope in (list or ""):gmatch "[^,%s]+" do scopes[#scopes + 1] = scope end
  return scopes
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out)
  local connection, portal = account.connection(options)
  local closing <close> = portal -- luacheck: ignore 211
  local report = require "tether".doctor(connection, { objects = options.object, write = options.write or nil,
    scopes = scopes_of(options.scopes) })
  if options.json then
    answer.json(out, report, M.json)
  else
    out:write(plain.lines(tostring(report)), "\n")
  end
  return report.fine and 0 or 1
end

return M
