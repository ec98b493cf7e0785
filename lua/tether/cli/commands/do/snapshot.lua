--- tether do snapshot FOLDER PAIR…: the nightly backup with its difference.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local common = require "tether.cli.line.common"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local M = { name = "do snapshot", summary = "take the nightly backup, and tell what has changed since the last one",
  account = true,
  arguments = { { "folder", "Folder of the snapshots: a plain name is made where it is missing, a path must be there.",
    type = "FILE" },
    { "pair", "contacts:companies, or deals:* for all that deals have associations to.", many = "+" } },
  options = {
    { "--key", "Property by which records are known in another account: email, companies=domain; again for several.",
      value = "NAME", many = true },
    { "--keep", "Take away the oldest snapshots beyond so many.", value = "N",
      convert = common.number(math.tointeger) } },
  notes = "A snapshot is a file of tether backup, named by its time in UTC: tether diff and tether restore read it.",
  examples = { "tether do snapshot nights contacts:companies --keep 30" },
  json = shape.object { { "path", "string" }, { "links", "integer" }, { "records", "integer" }, { "calls", "integer" },
    { "bytes", "integer" }, { "since?", "string" }, { "removed", shape.list "string" }, { "added?", "integer" },
    { "gone?", "integer" }, { "relabeled?", "integer" } } }

local function show(options, out, report)
  local difference = report.difference
  if options.json then
    report.added, report.gone = difference and difference.added, difference and difference.removed
    report.relabeled = difference and difference.relabeled
    return answer.json(out, report, M.json)
  end
  out:write(plain.lines(("%d links: %s"):format(report.links, report.path)), "\n")
  if difference then out:write(plain.lines(tostring(difference)), "\n") end
  for _, name in ipairs(report.removed) do out:write("removed ", plain.line(name), "\n") end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    show(options, out, require("tether.workflows").snapshot(hub, { folder = options.folder, pairs = options.pair,
      key = #options.key > 0 and options.key or nil, keep = options.keep }))
    return 0
  end)
end

return M
