--- A graph as GraphML, for yEd, Gephi, Cytoscape, igraph and NetworkX. An edge goes in the direction of its labels; its
-- attribute `back` holds the further labels of the other direction.
local escape = require("tether.pictures.markup").escape

local M = {}

local KEYS = { { "type", "node", "string" }, { "id", "node", "long" }, { "name", "node", "string" },
  { "depth", "node", "int" }, { "labels", "edge", "string" }, { "back", "edge", "string" },
  { "primary", "edge", "boolean" } }

local function data(key, value)
  return value ~= nil and value ~= "" and ('<data key="%s">%s</data>'):format(key, escape(value)) or ""
end

--- The graph as a whole file.
-- @tparam table graph as tether.pictures.walk tells it
-- @treturn string
function M.write(graph)
  local parts = { '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n' }
  for _, key in ipairs(KEYS) do
    parts[#parts + 1] = ('<key id="%s" for="%s" attr.name="%s" attr.type="%s"/>\n'):format(key[1], key[2], key[1],
      key[3])
  end
  parts[#parts + 1] = '<graph id="links" edgedefault="directed">\n'
  for _, node in ipairs(graph.nodes) do
    parts[#parts + 1] = ('<node id="%s">%s%s%s%s</node>\n'):format(escape(node.key), data("type", node.type),
      data("id", node.id), data("name", node.name), data("depth", node.depth))
  end
  for i, edge in ipairs(graph.edges) do
    parts[#parts + 1] = ('<edge id="e%d" source="%s" target="%s">%s%s%s</edge>\n'):format(i, escape(edge.from.key),
      escape(edge.to.key), data("labels", table.concat(edge.labels, "; ")), data("back", table.concat(edge.back, "; ")),
      data("primary", tostring(edge.primary)))
  end
  parts[#parts + 1] = "</graph>\n</graphml>\n"
  return table.concat(parts)
end

return M
