--- tether undo JOB: a plan that takes a job back.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local plan_shown = require "tether.cli.shown.plan"

local M = { name = "undo", summary = "plan to take a job back", account = true,
  arguments = { { "job", "The job file to take back.", type = "FILE" } },
  options = common.joined({ { "--out", "Save the plan here, for tether apply.", value = "JOB" } },
    plan_shown.page, plan_shown.options),
  notes = [[
Only what the job itself changed goes back; what somebody else has changed since is a conflict, and left alone.
Exit codes: 0 nothing to do, 2 something would change. Nothing is written to the account.]],
  examples = { "tether undo x.job --out y.job", "tether apply y.job" },
  json = plan_shown.json }

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  plan_shown.check_place(options)
  local hub, portal = account.connect(options)
  account.tell_retries(hub, function(text) err:write("tether: ", text, "\n") end)
  local plan <close> = hub:undo(options.job)
  local code = plan_shown.plan(options, out, plan)
  account.close(hub, portal)
  return code
end

return M
