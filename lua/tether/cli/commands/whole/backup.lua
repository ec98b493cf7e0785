--- tether backup PAIR…: all links of some pairs of object types, with labels and limits, in one file.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local diff_shown = require "tether.cli.shown.diff"
local plain = require "tether.plain"
local progress = require "tether.cli.shown.progress"
local shape = require "tether.cli.line.shape"

local M = { name = "backup", summary = "keep all links of pairs of object types, with labels and limits, in a file",
  account = true,
  arguments = { { "pairs", "contacts:companies; deals:* is all that deals have associations to.", many = "+" } },
  options = {
    { "--out", "The file, which must be named. It gets its name when it is whole.", value = "FILE" },
    { "--key", "A property by which records are known in another account: email, or companies=domain; again for " ..
      "several.", value = "PROPERTY", many = true },
    { "--since", "An older backup: tell the difference to it.", value = "FILE" },
    { "--changed-since", "Only the links of records of each pair's first type that have changed since: 2026-11-28, " ..
      "2026-11-28T02:00:00Z.", value = "TIME" },
    { "--replace", "Take the place of an older backup of this name, and tell the difference to it." },
  },
  notes = "Exit codes: 0 fine, 3 could not run: then nothing is left behind, and an older file is as it was.",
  examples = { "tether backup contacts:companies deals:* --out night.links --replace" },
  json = shape.object { { "links", "integer" }, { "pairs", shape.list(shape.list "string") }, { "records", "integer" },
    { "calls", "integer" }, { "bytes", "integer" }, { "keys", "integer" }, { "without_key", "integer" },
    { "difference?", diff_shown.counts } } }

local function facts_of(count, hub)
  return { { "records", count.records }, { "links", count.links }, { "calls", count.calls },
    quota = progress.quota(hub) }
end

local function tell(options, out, shown, report)
  if report.without_key > 0 then shown:say(("%d records have no key"):format(report.without_key)) end
  if options.json then return answer.json(out, report, M.json) end
  out:write(plain.lines(("%d links of %d pairs in %d bytes: %s"):format(report.links, #report.pairs, report.bytes,
    options.out)), "\n")
  if report.difference then out:write(tostring(report.difference), "\n") end
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  if not options.out then
    require("tether.error").raise("BAD_ARGUMENT", "backup: which file?", { hint = "name it: --out night.links" })
  end
  return account.run(options, err, function(hub, shown)
    local report = hub:backup(options.pairs, options.out, { key = #options.key > 0 and options.key or nil,
      since = options.since, changed_since = options.changed_since, replace = options.replace,
      on_progress = function(count) shown:show(facts_of(count, hub)) end })
    shown:show(facts_of(report, hub), true)
    shown:finish()
    tell(options, out, shown, report)
    return 0
  end)
end

return M
