--- tether report FROM TO: what there is between two object types, as figures or as a page to look at.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local part = require "tether.files.part"
local progress = require "tether.cli.shown.progress"
local shape = require "tether.cli.line.shape"

local record = shape.object { { "id", "integer" }, { "links", "integer" } }

local side = shape.object { { "from", "string" }, { "to", "string" }, { "records", "integer" }, { "linked", "integer" },
  { "without", "integer" }, { "without_samples", shape.list "integer" }, { "labels", shape.map "integer" },
  { "unlabeled", "integer" }, { "primary", "integer" }, { "with_primary", "integer" },
  { "several_primaries", "integer" }, { "several_primaries_samples", shape.list "integer" },
  { "no_primary_samples", shape.list "integer" },
  { "degrees", shape.list(shape.object { { "links", "string" }, { "records", "integer" } }) },
  { "most", shape.list(record) },
  { "limits", shape.list(shape.object { { "label?", "string" }, { "most", "integer" }, { "at_limit", "integer" },
    { "near_limit", "integer" }, { "samples", shape.list(record) } }) } }

local M = { name = "report", summary = "tell of all links of a pair: labels, distribution, records without, limits",
  account = true,
  arguments = { { "from", "Object type: contacts, company, 0-3, …", type = "TYPE" },
    { "to", "Object type.", type = "TYPE" } },
  options = {
    { "-o --output", "Page to write: one file without scripts. It gets its name when it is whole.", value = "FILE" },
    { "--since", "Backup: also what has changed since it was made.", value = "FILE" },
  },
  notes = [[
Both directions are read, for nothing is held but counts: a call for each 1,000 records of either side. Without --output
the figures are printed.]],
  examples = { "tether report contacts companies --output report.html", "tether report contacts companies --json" },
  json = shape.object { { "from", "string" }, { "to", "string" }, { "links", "integer" }, { "calls", "integer" },
    { "sides", shape.list(side) }, { "since?", shape.object { { "added", "integer" }, { "removed", "integer" },
      { "relabeled", "integer" }, { "primary", "integer" }, { "same", "integer" }, { "definitions", "integer" } } } } }

local function rows_of(found)
  local rows = { { found.links, "links" } }
  for _, pair in ipairs(found.sides) do
    rows[#rows + 1] = { pair.records, pair.from }
    rows[#rows + 1] = { pair.without, ("%s without %s"):format(pair.from, pair.to) }
    if pair.to == "companies" then rows[#rows + 1] = { pair.with_primary, pair.from .. " with a primary" } end
    for _, limit in ipairs(pair.limits) do
      rows[#rows + 1] = { limit.at_limit, ("%s at the limit of %s"):format(pair.from, limit.label or "all links") }
      rows[#rows + 1] = { limit.near_limit, ("%s near the limit of %s"):format(pair.from, limit.label or "all links") }
    end
    for _, step in ipairs(pair.degrees) do
      rows[#rows + 1] = { step.records, ("%s with %s %s"):format(pair.from, step.links, pair.to) }
    end
  end
  for _, name in ipairs { "added", "removed", "relabeled", "primary" } do
    if found.since then rows[#rows + 1] = { found.since[name], name .. " since the backup" } end
  end
  return rows
end

-- The account's id is for people who have several; whether it is told or refused, the page is right.
local function account_of(hub)
  local fine, details = pcall(hub.account, hub)
  return fine and details.portalId and ("%d"):format(details.portalId) or nil
end

local function write_page(options, hub, found)
  local file <close> = part.open(options.output)
  local facts = { account = account_of(hub), made = os.date "!%Y-%m-%d %H:%M UTC", since = options.since }
  require("tether.pictures.report_page").write(found, facts, function(text) file:write(text) end)
  file:finish()
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  if options.output then part.place(options.output) end
  if options.since then require("tether.backup.diff").check(options.since) end
  return account.run(options, err, function(hub, shown)
    local found = require("tether.pictures.figures").of(hub, options.from, options.to, { since = options.since,
      told = function(object_type, count, links)
        shown:show { { "records of " .. object_type, count.records }, { "links", links },
          { "calls", count.reads + count.pages }, quota = progress.quota(hub) }
      end })
    shown:finish()
    if options.output then write_page(options, hub, found) end
    if options.json then answer.json(out, found, M.json) elseif not options.output then
      answer.rows(out, nil, rows_of(found))
    end
    return 0
  end)
end

return M
