--- Reads the environment of a connection, once for each `tether.connect`. No other file reads it.
local errors = require "tether.error"

local M = {}

-- An empty variable counts as unset, because shells clear a variable for a single command that way.
local function variable(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

-- The variables in which OpenSSL and the curl command look for authorities. Options that name authorities replace them.
local function add_authorities(given)
  if given.ca_file or given.ca_folder then return end
  given.ca_file = variable "SSL_CERT_FILE" or variable "CURL_CA_BUNDLE"
  given.ca_folder = variable "SSL_CERT_DIR"
end

-- A folder of this user for the quota that processes share.
local function shared_folder()
  local runtime = variable "XDG_RUNTIME_DIR"
  if runtime and runtime:sub(1, 1) == "/" then return runtime .. "/tether" end
  return ("%s/tether-%s"):format(variable "TMPDIR" or "/tmp", variable "USER" or variable "LOGNAME" or "me")
end

-- Refuses an unknown log level: without a message there would be no log, and the user would notice only when needing
-- it.
local function level()
  local name = variable "TETHER_LOG"
  if not name or name == "off" or name == "info" or name == "debug" then return name end
  errors.raise("BAD_ARGUMENT", ("$TETHER_LOG: off, info or debug is needed, got %q"):format(name:sub(1, 60)))
end

--- The proxy variable of the environment that applies to https (libcurl reads these names).
-- @treturn ?string the variable
function M.proxy()
  for _, name in ipairs { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } do
    if variable(name) then return name end
  end
end

--- The password of a Redis server. It is never an argument of a command or part of an address.
-- @treturn ?string $TETHER_REDIS_PASSWORD
-- @treturn ?string the file that $TETHER_REDIS_PASSWORD_FILE names
function M.redis_password()
  return variable "TETHER_REDIS_PASSWORD", variable "TETHER_REDIS_PASSWORD_FILE"
end

--- Options with what the environment adds: token ($HUBSPOT_TOKEN), url ($TETHER_URL), ca_file ($SSL_CERT_FILE),
-- ca_folder ($SSL_CERT_DIR), log ($TETHER_LOG), share ($TETHER_SHARE), and the folder that `share = true` means.
-- Proxies ($https_proxy, $no_proxy) are libcurl's to read.
-- @tparam ?table options
-- @treturn table a copy
-- @raise BAD_ARGUMENT: unknown log level
function M.complete(options)
  local given = {}
  for name, value in pairs(options or {}) do given[name] = value end
  if not (given.token_file or given.oauth) then given.token = given.token or variable "HUBSPOT_TOKEN" end
  given.url = given.url or (not given.region and variable "TETHER_URL" or nil)
  add_authorities(given)
  given.log = given.log or level()
  given.shared_folder = shared_folder()
  if given.share == nil then given.share = variable "TETHER_SHARE" end
  return given
end

return M
