--- The connection to the Redis server of a job: which authorities, and whose password.
local M = {}

-- Scheme, user, host and port of an address; of a socket its path. Databases of one server have one password.
local function place_of(url)
  return url:match "^unix://[^?]*" or url:match "^%a[%w+.-]*://[^/?]*"
end

--- The options of a connection. A password file is for the server that the quota is shared by, and no other one's.
-- @tparam string url of the job's server
-- @tparam table given shares = address of the server that the quota is shared by, password_file, ca_file, ca_folder;
--   each may be nil
-- @treturn table see tether.connection.redis
function M.options(url, given)
  local is_shared = given.shares and place_of(given.shares) == place_of(url)
  return { ca_file = given.ca_file, ca_folder = given.ca_folder,
    password_file = is_shared and given.password_file or nil }
end

return M
