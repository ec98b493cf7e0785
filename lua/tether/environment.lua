--- What the environment says of a connection: read here alone, and once for each `tether.connect`.
local M = {}

-- Where OpenSSL and the curl command look for authorities.
local function authorities()
  return os.getenv "SSL_CERT_FILE" or os.getenv "CURL_CA_BUNDLE"
end

-- A folder of this user's, for the quota that processes share.
local function shared_folder()
  local runtime = os.getenv "XDG_RUNTIME_DIR"
  if runtime and runtime:sub(1, 1) == "/" then return runtime .. "/tether" end
  return ("%s/tether-%s"):format(os.getenv "TMPDIR" or "/tmp", os.getenv "USER" or os.getenv "LOGNAME" or "me")
end

local function known_level(name)
  return (name == "info" or name == "debug") and name or nil
end

--- Options with what the environment adds: token ($HUBSPOT_TOKEN), url ($TETHER_URL), ca_file ($SSL_CERT_FILE), log
-- ($TETHER_LOG), and the folder that `share = true` means. Proxies ($https_proxy, $no_proxy) are libcurl's to read.
-- @tparam ?table options
-- @treturn table a copy
function M.complete(options)
  local given = {}
  for name, value in pairs(options or {}) do given[name] = value end
  if not (given.token_file or given.oauth) then given.token = given.token or os.getenv "HUBSPOT_TOKEN" end
  given.url = given.url or (not given.region and os.getenv "TETHER_URL" or nil)
  given.ca_file = given.ca_file or authorities()
  given.log = given.log or known_level(os.getenv "TETHER_LOG")
  given.shared_folder = shared_folder()
  return given
end

return M
