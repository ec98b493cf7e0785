--- tether portal: the embedded portal as a server, until Ctrl-C.
local native = require "tether.native"
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local answer = require "tether.cli.shown.answer"
local part = require "tether.files.part"
local shape = require "tether.cli.line.shape"

local EPILOG = [[
Once ready, one JSON line on stdout tells url and token. Then, in another shell:
  HUBSPOT_TOKEN=… TETHER_URL=… lua5.4 script.lua

Switches (--set NAME=VALUE), the default first or in brackets:]]

-- Only the help of this command loads the server's library for this text; the other commands do not.
local function notes()
  local lines = { EPILOG }
  for _, row in ipairs(require("tether.portal").switches()) do
    local choices = row.choices and row.choices:gsub(",", "|") or ("[%d]"):format(row.default)
    lines[#lines + 1] = ("  %s=%s  %s"):format(row.name, choices, row.help)
  end
  lines[#lines + 1] = "\nOperations, as faults, counters and the request log name them:"
  local line = " "
  for _, operation in ipairs(require("tether.portal").operations()) do
    if #line + #operation.name > 100 then
      lines[#lines + 1] = line
      line = " "
    end
    line = line .. " " .. operation.name
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local M = { name = "portal", summary = "serve an embedded portal that answers as HubSpot does", notes = notes,
  options = {
    { "--port", "Port; 0, the default, takes a free one.", value = "N", default = 0,
      convert = common.number(math.tointeger) },
    { "--client-id", "The app's id, which OAuth's requests must bring.", value = "TEXT" },
    { "--client-secret", "The app's secret, which OAuth's requests must bring.", value = "TEXT" },
    { "--code", "What OAuth gives a token for, once.", value = "TEXT" },
    { "--refresh-token", "What OAuth gives a token for.", value = "TEXT" },
    { "--token", "Token that requests must bring, made up without one; in $TETHER_PORTAL_TOKEN other users of the " ..
      "machine cannot see it.", value = "TEXT" },
    { "--host", "IPv4 address to listen on; 127.0.0.1 when left out.", value = "ADDRESS", default = "127.0.0.1" },
    { "--allow-host", "Host name that requests may call it by, beside addresses and localhost; may be given again.",
      value = "NAME", many = true },
    { "--deliver-to", "Host name that webhooks may go to, beside this machine; may be given again.", value = "NAME",
      many = true },
    { "--db", "SQLite file that keeps the account; without it, it lives in memory.", value = "FILE" },
    { "--seed", "Lines of JSON that the account begins with.", value = "FILE" },
    { "--progress", "Seconds from one line of the seed's progress to the next, where stderr is no terminal; 5 when " ..
      "left out.", value = "SECONDS", default = 5, convert = common.number(tonumber, "a number") },
    { "--dump", "File that the account is written to at the end, as lines that --seed reads. It gets its name when " ..
      "it is whole.", value = "FILE" },
    { "--set", "Sets a switch; may be given again.", value = "NAME=VALUE", many = true },
    { "--admin", "Serve the routes under /portal, by which other programs set the portal up." },
    { "--page", "Serve a page to look at the portal with, at /portal, and the routes of --admin." },
  },
  examples = { "tether portal --port 0" },
  json = shape.object { { "url", "string" }, { "token", "string" } } }

local function switches(given)
  local values = {}
  for _, setting in ipairs(given) do
    local name, value = setting:match "^([^=]+)=(.*)$"
    if not name then errors.raise("BAD_ARGUMENT", ("--set: NAME=VALUE is needed, got %q"):format(setting)) end
    values[name] = value
  end
  return values
end

-- An empty variable counts as unset.
local function token_of(options)
  local given = options.token or os.getenv "TETHER_PORTAL_TOKEN"
  return given ~= "" and given or nil
end

-- Warns when others can reach the address, because then only the token protects the account.
local function warn_of_strangers(host, err)
  if host:match "^127%." then return end
  local where = host == "0.0.0.0" and "every address of this machine" or host
  err:write(("tether portal: listening on %s: others can connect, and plain http shows them the token\n"):format(where))
end

--- Serves until SIGINT, SIGTERM or SIGHUP. In any case the account is kept.
-- @treturn integer exit code: 130 at Ctrl-C and at a hangup, as with every command; 0 at SIGTERM, which init systems
--   use to end a server
function M.run(options, out, err)
  local signals <close> = errors.check(native.signals()) -- before the server's thread starts
  local portal <close> = require "tether".portal { path = options.db, token = token_of(options),
    port = options.port, host = options.host, allow_hosts = options.allow_host,
    deliver_to = options.deliver_to,
    client_id = options.client_id, client_secret = options.client_secret, code = options.code,
    refresh_token = options.refresh_token, admin = options.admin, page = options.page,
    switches = switches(options.set) }
  if options.dump then part.place(options.dump) end -- refused now, rather than when the account is saved
  if options.seed then account.seed(portal, options.seed, err, options) end
  answer.json(out, { url = portal.url, token = portal.token }, M.json)
  local told, problem = out:flush()
  if not told then errors.raise("FILE_FAILED", "cannot write standard output: " .. problem) end
  warn_of_strangers(options.host, err)
  if options.page then err:write("tether portal: look at " .. portal.url .. "/portal, which asks for the token\n") end
  err:write("tether portal: ready, Ctrl-C ends it\n")
  local ended = signals:wait()
  if options.dump then part.write(options.dump, portal:dump()) end
  return ended == "TERM" and 0 or 130
end

return M
