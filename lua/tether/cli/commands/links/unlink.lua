--- tether unlink FROM TO: removes the link of two records, or labels of it.
local account = require "tether.cli.account"
local pair = require "tether.cli.shared.pair"
local records = require "tether.cli.shared.records"

local M = { name = "unlink", summary = "remove the link of two records, or some of its labels", account = true,
  writes = true, arguments = pair.arguments,
  options = { pair.label "Take away this label alone, and keep the link; again for several." },
  notes = "Without --label the link goes, with all of its labels.",
  examples = { "tether unlink contacts:101 companies:9001",
    'tether unlink contacts:101 companies:9001 --label "Billing contact"' },
  json = pair.json }

-- The labels of a link without those that are removed.
local function left(labels, going)
  local gone, kept = {}, {}
  for _, label in ipairs(going) do gone[label:lower()] = true end
  for _, label in ipairs(labels) do
    if not gone[label:lower()] then kept[#kept + 1] = label end
  end
  return kept
end

-- The change of a link that the command would make; nil: none.
local function change_of(link, options)
  local whole = #options.label == 0
  local after = not whole and left(link.labels, options.label) or nil
  if after and #after == #link.labels then return nil end
  return { action = whole and "unlink" or "relabel", from = link.from, to = link.to, from_type = options.from.type,
    to_type = options.to.type, before = link.labels, after = after, result = "pending" }
end

local function changes(hub, options)
  local to_id, list = records.id(hub, options.to), {}
  for link in hub:associations(options.from.type, records.id(hub, options.from), options.to.type):rows() do
    if link.to == to_id then list[#list + 1] = change_of(link, options) end
  end
  return list
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local from, to = options.from, options.to
    if options.dry_run then return pair.preview(options, out, changes(hub, options)) end
    if #options.label == 0 then return pair.show(options, out, hub:dissociate(from.type, from.id, to.type, to.id)) end
    return pair.show(options, out, hub:unlabel(from.type, from.id, to.type, to.id, options.label))
  end)
end

return M
