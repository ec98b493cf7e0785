--- tether count FROM TO: how many links there are, by label.
local native = require "tether.native"
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
  for i, name in ipairs(names) do names[i] = ("%d\t%s\n"):format(counts[name], name) end
  return table.concat(names)
end

--- Counts.
-- @treturn integer exit code; ended early nothing is printed: a part of the sum would be a wrong number
function M.run(options, out, err)
  local counts, special = {}, {}
  local code, count = reading.run(options, err, function(set) tally(counts, special, set) end)
  if code ~= 0 then return code end
  out:write(("%d\t(all)\n"):format(count.links), lines(counts), lines(special))
  return code
end

return M
