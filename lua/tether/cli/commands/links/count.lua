--- tether count FROM TO: how many links there are, by label.
local answer = require "tether.cli.shown.answer"
local native = require "tether.native"
local mirror = require "tether.links.mirror"
local reading = require "tether.cli.shared.reading"
local shape = require "tether.cli.line.shape"

local M = { name = "count", summary = "count the links of every record, or of some, by label", account = true,
  arguments = reading.arguments, options = reading.options,
  notes = "Lines: how many, of what. A link with two labels counts under both.",
  examples = { "tether count contacts companies" },
  json = shape.object { { "all", "integer" }, { "labels", shape.map "integer" }, { "unlabeled", "integer" },
    { "primary", "integer" } } }

local UNLABELED, PRIMARY = "(no label)", "(primary)"

local function add(counts, name, count)
  counts[name] = (counts[name] or 0) + count
end

local function tally(counts, special, set)
  for index, count in pairs(native.tally(set.native)) do
    local link = set:described(index)
    for _, label in ipairs(link.labels) do add(counts, label, count) end
    if #link.labels == 0 then add(special, UNLABELED, count) end
    if link.primary then add(special, PRIMARY, count) end
  end
end

local function rows_of(counts, rows)
  local names = {}
  for name in pairs(counts) do names[#names + 1] = name end
  table.sort(names, function(a, b) return counts[a] > counts[b] or (counts[a] == counts[b] and a < b) end)
  for _, name in ipairs(names) do rows[#rows + 1] = { counts[name], name } end
end

local function print_counts(options, out, all, counts, special)
  if options.json then
    return answer.json(out, { all = all, labels = counts, unlabeled = special[UNLABELED] or 0,
      primary = special[PRIMARY] or 0 }, M.json)
  end
  local rows = { { all, "(all)" } }
  rows_of(counts, rows)
  rows_of(special, rows)
  answer.rows(out, nil, rows)
end

-- Inside one object type a link is read from both its ends, with the label that each end has for it. All links are
-- kept, 20 bytes each, so that one link gets the labels of both ends.
local function join(whole, set)
  mirror.fold_core(set.native, function(index) return index end)
  return (whole or set:empty()):merge(set)
end

--- Runs the command.
-- @treturn integer exit code; a count that was ended early prints nothing, because a part of the sum would be a wrong
--   number
function M.run(options, out, err)
  local counts, special, whole = {}, {}, nil
  local code, count = reading.run(options, err, function(set)
    if mirror.is_one_type(set.from, set.to) then whole = join(whole, set) else tally(counts, special, set) end
  end)
  if code ~= 0 then return code end
  if whole then tally(counts, special, whole:compact()) end
  print_counts(options, out, whole and #whole or count.links, counts, special)
  return code
end

return M
