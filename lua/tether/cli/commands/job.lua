--- tether job FILE: what a job is, and where it stands. No account is asked.
local plan_shown = require "tether.cli.plan_shown"

local M = { name = "job", summary = "tell what a job file has, and where it stands",
  arguments = { { "job", "A job file.", type = "FILE" } }, options = plan_shown.options,
  notes = [[
The account is not asked. After the counts each change with what became of it, and the rows that drifted, were rejected
or blocked.]],
  examples = { "tether job x.job --json" },
  json = plan_shown.json }

--- Tells.
-- @treturn integer exit code
function M.run(options, out)
  local status <close> = require("tether.plan.status").open(options.job)
  plan_shown.write(options, out, tostring(status), status:facts(), status:changes())
  return 0
end

return M
