--- tether job FILE: what a job is, and where it stands. No account is asked.
local common = require "tether.cli.line.common"
local plan_shown = require "tether.cli.shown.plan"
local shape = require "tether.cli.line.shape"

local WORKERS = shape.object { { "workers", shape.list(shape.object { { "name", "string" }, { "is_there", "boolean" },
  { "batch?", "string" }, { "batches", "integer" }, { "rows", "integer" }, { "rate", "integer" },
  { "calls", "integer" }, { "silent", "integer" }, { "left?", "string" } }) },
  { "leases", shape.list(shape.object { { "batch", "integer" }, { "lease", "integer" }, { "failed", "integer" },
    { "worker", "string" } }) }, { "owner", "boolean" }, { "waiting", "integer" } }

-- The shape of a plan's counts, and of the workers.
local function with_workers(object)
  local wider = shape.object { { "at_work?", WORKERS } }
  table.move(object.fields, 1, #object.fields, 2, wider.fields)
  return wider
end

local M = { name = "job", summary = "tell what a job file has, and where it stands",
  arguments = { { "job", "A job file.", type = "FILE" } },
  options = common.joined(plan_shown.options, { { "--workers",
    "Ask this Redis server who is at work; left out, the one that has the job now.", value = "ADDRESS" } },
    common.sharing),
  notes = [[
The account is not asked. After the counts come changes (20, as JSON all, or as many as --list says), each with what
became of it, and the rows that drifted, were rejected or blocked. While workers have batches of the job, Redis tells
who they are, what they hold, and how fast they are. --share-password-file is that server's, unless --share names
another one. $SSL_CERT_FILE and $SSL_CERT_DIR name the authorities, as for commands on an account.]],
  examples = { "tether job x.job --json" },
  json = shape.lines(plan_shown.change, with_workers(plan_shown.json.first)) }

-- The connection, as commands on an account make it. A password is for the server that --share names, which is the one
-- that is asked unless it says otherwise.
local function connection(options, server)
  local given = require("tether.connection.environment").complete { share = options.share }
  local share = given.share or server
  return { shares = share:find "://" and share or server, password_file = options.share_password_file,
    ca_file = given.ca_file, ca_folder = given.ca_folder }
end

-- Who works on the job; nil: it is not known, because no Redis server is named.
local function workers_of(options, status)
  local server = options.workers or status:server()
  if not server then return nil end
  return require("tether.work.look").told(server, status:facts().id, connection(options, server))
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out)
  local status <close> = require("tether.plan.status").open(options.job)
  local text, found = workers_of(options, status)
  local facts = status:facts()
  facts.at_work = found
  plan_shown.write(options, out, tostring(status) .. (text and "\n" .. text or ""), facts, status:changes(), M.json)
  return 0
end

return M
