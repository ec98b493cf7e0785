--- tether start: asks for a first connection, tries it and stores it.
local errors = require "tether.error"
local plain = require "tether.plain"
local profiles = require "tether.cli.profiles"

local M = { name = "start", summary = "connect for the first time: ask for a token, check it, store it",
  options = { { "--profile", "Name to store it under; default when left out.", value = "NAME",
      default = profiles.DEFAULT },
    { "--url", "Server, where it is not https://api.hubapi.com.", value = "URL" },
    { "--share", "Whose quota it is: a folder, or redis://HOST:6379/0, which machines share.", value = "WHERE" } },
  notes = [[
A private app's token has the scopes that its owner has ticked. It is kept in a file of mode 0600 in
$XDG_CONFIG_HOME/tether, and nowhere else. Without a terminal this tells what to do instead.]],
  examples = { "tether start" } }

local INSTEAD = [[
tether start asks questions, and this is no terminal. Instead:
  export HUBSPOT_TOKEN=…            the token of a private app, for this shell
  tether doctor contacts companies  checks it
or put the token into a file of mode 0600 and name it: tether doctor --token-file FILE
Without an account: tether run --portal examples/overview.lua
]]

local NO_TOKEN = [[
No token: the embedded portal is an account to try things with, offline.
  tether count contacts companies --portal
  tether portal                     serves one to other programs
  tether start                      again, once there is a token
]]

local NEXT = [[
Stored as the profile %q in %s. To go on with:
  tether records list contacts%s
  tether count contacts companies%s
  tether import links.csv --from contacts --to companies --dry-run%s
]]

-- Asks for a secret. The terminal does not show it while it is typed.
local function ask_secret(out, question)
  out:write(question)
  out:flush()
  os.execute "stty -echo </dev/tty 2>/dev/null"
  local fine, line = pcall(io.read, "l")
  os.execute "stty echo </dev/tty 2>/dev/null"
  out:write "\n"
  if not fine then error(line, 0) end
  return line and line:match "^%s*(.-)%s*$" or ""
end

local function check(options, token, out)
  local report = require "tether".doctor({ url = options.url, token = token, share = options.share }, {})
  out:write(plain.lines(tostring(report)), "\n")
  return report.fine
end

local function is_terminal(out)
  local answer = require "tether.cli.shown.answer"
  return answer.is_terminal(io.stdin) and answer.is_terminal(out)
end

--- Runs the command.
-- @treturn integer exit code: 1 when the token was not accepted, 2 where there is nobody to ask
function M.run(options, out, err)
  if not is_terminal(out) then
    err:write(INSTEAD)
    return 2
  end
  out:write "HubSpot: Settings, Integrations, Private Apps, your app, Auth: \"Show token\".\n"
  local token = ask_secret(out, "Token (nothing for the embedded portal): ")
  if token == "" then
    out:write(NO_TOKEN)
    return 0
  end
  if token:find "%s" then errors.raise("TOKEN_MALFORMED", "a token has no blanks") end
  if not check(options, token, out) then
    err:write "tether: nothing was stored; mend what fails, and run tether start again\n"
    return 1
  end
  local path = profiles.store(options.profile, options.url, token, options.share)
  local more = options.profile ~= profiles.DEFAULT and " --profile " .. options.profile or ""
  out:write(NEXT:format(options.profile, path, more, more, more))
  return 0
end

return M
