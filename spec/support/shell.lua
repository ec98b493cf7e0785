--- Commands as somebody types them, with `tether` of the tree on the path.
local files = require "spec.support.files"

local M = {}

local here = assert(os.getenv "PWD")

--- Runs a line of shell as it stands.
-- @tparam string line
-- @treturn string all that it said
-- @treturn integer exit code
function M.output(line)
  local pipe <close> = assert(io.popen("{ " .. line .. "\n} 2>&1; echo \"exit $?\""))
  local said, code = pipe:read "a":match "^(.*)exit (%d+)\n$"
  return said, tonumber(code)
end

--- Runs a line of shell without a terminal, in an environment of its own.
-- @tparam string line
-- @tparam table given folder (where it runs), portal (url and token), token (another one; "": none), environment (more
--   assignments)
-- @treturn string all that it said
-- @treturn integer exit code
function M.run(line, given)
  local portal = given.portal
  local script = files.write(("cd %s; export PATH=%s/build:$PATH HUBSPOT_TOKEN='%s' TETHER_URL=%s %s\n%s"):format(
    given.folder or here, here, given.token or portal.token, portal.url, given.environment or "", line))
  return M.output(("sh %s </dev/null"):format(script))
end

return M
