--- Signs as HubSpot does, with the openssl command: other code than the one under test.
local M = {}

local function run(command, bytes)
  local name = os.tmpname()
  local file = assert(io.open(name, "wb"))
  file:write(bytes)
  file:close()
  local pipe = assert(io.popen(("cat %s | %s"):format(name, command)))
  local text = pipe:read "a"
  pipe:close()
  os.remove(name)
  return (text:gsub("%s", ""))
end

--- The v3 signature; `uri` as it is signed.
function M.v3(secret, method, uri, body, timestamp)
  return run(("openssl dgst -sha256 -hmac %s -binary | base64"):format(secret), method .. uri .. body .. timestamp)
end

--- The v1 signature.
function M.v1(secret, body)
  return run("sha256sum | cut -d ' ' -f 1", secret .. body)
end

return M
