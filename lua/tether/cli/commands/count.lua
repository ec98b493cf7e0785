--- tether count FROM TO: how many links there are, by label.
local native = require "tether.native"
local plain = require "tether.plain"
local mirror = require "tether.links.mirror"
local reading = require "tether.cli.reading"

local M = { name = "count", summary = "count the links of every record, or of some, by label" }

--- Declares the arguments.
function M.arguments(parser)
  reading.arguments(parser)
  parser:epilog [[
Tab-separated lines: how many, of what. A link with two labels counts under both.
The account is that of $HUBSPOT_TOKEN, at $TETHER_URL or https://api.hubapi.com.
Example: tether count contacts companies]]
end

local function add(counts, name, count)
  counts[name] = (counts[name] or 0) + count
end

local function tally(counts, special, set)
  for index, count in pairs(native.tally(set.native)) do
    local link = set:described(index)
    for _, label in ipairs(link.labels) do add(counts, label, count) end
    if #link.labels == 0 then add(special, "(no label)", count) end
    if link.primary then add(special, "(primary)", count) end
  end
end

local function lines(counts)
  local names = {}
  for name in pairs(counts) do names[#names + 1] = name end
  table.sort(names, function(a, b) return counts[a] > counts[b] or (counts[a] == counts[b] and a < b) end)
  for i, name in ipairs(names) do names[i] = ("%d\t%s\n"):format(counts[name], plain.line(name)) end
  return table.concat(names)
end

-- Inside one object type a link is read from both its ends, under the label that each end has for it: all links are
-- kept, 20 bytes each, and one link has the labels of both ends.
local function join(whole, set)
  mirror.fold_core(set.native, function(index) return index end)
  return (whole or set:empty()):merge(set)
end

--- Counts.
-- @treturn integer exit code; ended early nothing is printed: a part of the sum would be a wrong number
function M.run(options, out, err)
  local counts, special, whole = {}, {}, nil
  local code, count = reading.run(options, err, function(set)
    if mirror.is_one_type(set.from, set.to) then whole = join(whole, set) else tally(counts, special, set) end
  end)
  if code ~= 0 then return code end
  if whole then tally(counts, special, whole:compact()) end
  out:write(("%d\t(all)\n"):format(whole and #whole or count.links), lines(counts), lines(special))
  return code
end

return M
