--- A graph as DOT, for Graphviz.
local colours = require "tether.pictures.colours"
local label_of = require("tether.pictures.svg").label_of
local markup = require "tether.pictures.markup"

local M = {}

local HEAD = [[
graph links {
  graph [layout=twopi, overlap=false, splines=true, root=%s];
  node [shape=box, style="rounded,filled", fontcolor=white, fontname="sans"];
  edge [color="#7d8b97", fontsize=10, fontname="sans"];
]]

local function colours_of(graph)
  local types, seen = {}, {}
  for _, node in ipairs(graph.nodes) do
    if not seen[node.type] then seen[node.type], types[#types + 1] = true, node.type end
  end
  table.sort(types)
  return colours.of(types)
end

--- The graph as a whole file.
-- @tparam table graph as tether.pictures.walk tells it
-- @treturn string
function M.write(graph)
  local colour, parts = colours_of(graph), {}
  local dot = markup.dot
  parts[1] = HEAD:format(dot(graph.nodes[1].key))
  for _, node in ipairs(graph.nodes) do
    local text = node.name and markup.cut(node.name, 40) .. " · " .. node.key or node.key
    parts[#parts + 1] = ("  %s [label=%s, color=%s];\n"):format(dot(node.key), dot(text), dot(colour[node.type]))
  end
  for _, edge in ipairs(graph.edges) do
    local text = label_of(edge)
    parts[#parts + 1] = ("  %s -- %s%s;\n"):format(dot(edge.from.key), dot(edge.to.key),
      text ~= "" and (" [label=%s]"):format(dot(text)) or "")
  end
  parts[#parts + 1] = "}\n"
  return table.concat(parts)
end

return M
