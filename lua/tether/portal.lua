--- The embedded portal: a local server that answers as HubSpot's Associations API would. No account, no network.
local errors = require "tether.error"

local Portal = { __name = "tether.portal" }
Portal.__index = Portal

local known = { path = "string", token = "string", port = "number" }

local function check_options(options)
  for name, value in pairs(options) do
    if not known[name] then errors.raise("OPTION_UNKNOWN", ("portal has no option %q"):format(tostring(name))) end
    if type(value) ~= known[name] then
      errors.raise("BAD_ARGUMENT", ("portal's %s must be a %s, got a %s"):format(name, known[name], type(value)))
    end
  end
  local port = options.port or 0
  if math.type(port) ~= "integer" or port < 0 or port > 65535 then
    errors.raise("BAD_ARGUMENT", "portal's port must be a whole number from 0 to 65535")
  end
end

--- Opens a portal on 127.0.0.1.
-- @tparam[opt] table options path = ":memory:" or a file, token = made up, port = 0 for a free one
-- @treturn table .url, .token, and the methods below
-- @raise OPTION_UNKNOWN, BAD_ARGUMENT, SQL_FAILED, PORT_FAILED, TOKEN_MALFORMED
local function open(_, options)
  options = options or {}
  check_options(options)
  local native = require "tether.portal.native"
  local server = errors.check(native.open(options.path or ":memory:", options.token, options.port or 0))
  return setmetatable({ server = server, url = server:url(), token = server:token() }, Portal)
end

local function opened(self)
  return self.server or errors.raise("CLOSED", "this portal is closed")
end

local function headers_of(text)
  local headers = {}
  for name, value in text:gmatch "([^:\n]+): ([^\n]*)" do headers[name:lower()] = value end
  return headers
end

--- The requests so far, in order: { method, path (with query), status, headers (names in lower case), body }. The
-- Authorization header is never among them.
function Portal:log()
  local entries = opened(self):log()
  for _, entry in ipairs(entries) do entry.headers = headers_of(entry.headers) end
  return entries
end

--- Forgets the requests so far.
function Portal:clear_log()
  opened(self):clear_log()
end

--- Makes an empty record with an id of your choice, which no request can; one that exists stays as it is.
-- @tparam string object_type
-- @tparam integer id
function Portal:seed(object_type, id)
  local server = opened(self)
  if type(object_type) ~= "string" or math.type(id) ~= "integer" or id < 1 then
    errors.raise("BAD_ARGUMENT", "seed needs an object type and a positive integer id")
  end
  errors.check(server:seed(object_type, id))
end

--- Stops the server. Twice is fine.
function Portal:close()
  if self.server then self.server:close() end
  self.server = nil
end

Portal.__close = Portal.close
Portal.__gc = Portal.close

return setmetatable({}, { __call = open })
