--- tether diff OLD [NEW]: what has changed between two backups, or since a backup.
local account = require "tether.cli.account"
local common = require "tether.cli.line.common"
local diff_shown = require "tether.cli.shown.diff"
local plan_shown = require "tether.cli.shown.plan"
local progress = require "tether.cli.shown.progress"

local M = { name = "diff", summary = "tell what has changed between two backups, or since a backup", account = true,
  arguments = { { "old", "A backup.", type = "FILE" },
    { "new", "A newer backup, or CRM, which is meant when left out: the account as it is now.", optional = true,
      type = "FILE" } },
  options = common.joined({
    { "--pair", "This pair of object types alone; again for several.", value = "FROM:TO", many = true },
  }, plan_shown.options),
  notes = [[
Two files need no account.
Exit codes: 0 nothing has changed, 2 something has, 3 could not run.]],
  examples = { "tether diff night.links CRM --list 50" },
  json = diff_shown.json }

local SAME, DIFFERENT = 0, 2

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  local asked = { list = options.list or plan_shown.SHOWN, pairs = #options.pair > 0 and options.pair or nil }
  local function compare(hub)
    local found = require("tether.backup.diff").run(hub, options.old, options.new, asked)
    diff_shown.write(options, out, found)
    return #found == 0 and SAME or DIFFERENT
  end
  if options.new and options.new ~= "CRM" then return compare() end
  return account.run(options, err, function(hub, shown)
    function asked.on_progress(count)
      shown:show { { "links read", count.links }, { "calls", hub:stats().requests }, quota = progress.quota(hub) }
    end
    return compare(hub)
  end)
end

return M
