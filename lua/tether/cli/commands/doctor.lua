--- tether doctor: whether a script could work with the account, and what to mend.
local json = require "tether.json"
local plain = require "tether.plain"

local M = { name = "doctor", summary = "check host, TLS, token, scopes, limits and clock" }

--- Declares the arguments.
function M.arguments(parser)
  parser:argument("object", "Object types that the token must read: contacts, companies, p_pet, …"):args "*"
  parser:flag("--write", "It must write them as well.")
  parser:option("--scopes", "Further scopes that it must have, joined by commas."):argname "LIST"
  parser:option("--url", "Server; $TETHER_URL or https://api.hubapi.com when left out."):argname "URL"
  parser:option("--token-file", "File of mode 0600 with the token; $HUBSPOT_TOKEN when left out."):argname "FILE"
  parser:flag("--portal", "Look at a fresh embedded portal instead of an account.")
  parser:flag("--json", "Print the report as one JSON object.")
  parser:epilog [[
One line a check: ok, warn, fail, or skip where an earlier failure leaves nothing to look at.
Exit code: 0 when nothing fails, 1 when something does.
Example: tether doctor contacts companies --write]]
end

local function scopes_of(list)
  local scopes = {}
  for scope in (list or ""):gmatch "[^,%s]+" do scopes[#scopes + 1] = scope end
  return scopes
end

--- Prints the report.
-- @treturn integer exit code
function M.run(options, out)
  local tether = require "tether"
  local portal <close> = options.portal and tether.portal() or nil
  local connection = portal and { url = portal.url, token = portal.token } or
    { url = options.url, token_file = options.token_file }
  local report = tether.doctor(connection, { objects = options.object, write = options.write or nil,
    scopes = scopes_of(options.scopes) })
  if options.json then
    out:write(json.encode { fine = report.fine, checks = report.checks, facts = report.facts }, "\n")
  else
    out:write(plain.lines(tostring(report)), "\n")
  end
  return report.fine and 0 or 1
end

return M
