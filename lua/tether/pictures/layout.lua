--- Places the records of a graph: the first in the middle, each level on a ring around it. A record gets as much of its
-- ring as the records behind it need, so that the lines to them do not cross. The same graph always looks the same.
local M = {}

local RING, NODE = 170, 46 -- the least distances between two rings, and between two records of a ring
local TURN = 2 * math.pi

local function children_of(graph)
  local children = {}
  for _, node in ipairs(graph.nodes) do
    if node.parent then
      children[node.parent] = children[node.parent] or {}
      table.insert(children[node.parent], node)
    end
  end
  return children
end

-- The room that each record needs: the number of outermost records behind it. One on an inner ring counts more, because
-- the ring is narrower. Nodes come after their parents in the list, so one walk from its end is enough.
local function weights_of(graph)
  local weights, deepest = {}, 0
  for _, node in ipairs(graph.nodes) do deepest = math.max(deepest, node.depth) end
  for i = #graph.nodes, 1, -1 do
    local node = graph.nodes[i]
    weights[node] = math.max(weights[node] or 0, 1 + 1.5 * (deepest - node.depth))
    if node.parent then weights[node.parent] = (weights[node.parent] or 0) + weights[node] end
  end
  return weights
end

-- The radius of each ring: it has room for its records, and for the labels between it and the ring inside.
local function radii_of(graph, weights)
  local narrowest, radii = {}, { [0] = 0 }
  for _, node in ipairs(graph.nodes) do
    narrowest[node.depth] = (narrowest[node.depth] or 0) + 1
  end
  for depth = 1, #narrowest do
    local ends = math.max(narrowest[depth], weights[graph.nodes[1]])
    local share = depth == #narrowest and 1 or depth / #narrowest
    radii[depth] = math.max(radii[depth - 1] + RING, ends * NODE / TURN * share)
  end
  return radii
end

local function rounded(value) return math.floor(value * 10 + 0.5) / 10 end

--- Gives each node `x`, `y` and `angle`.
-- @tparam table graph as tether.pictures.walk tells it
-- @treturn number the radius of the outermost ring
function M.place(graph)
  local children, weights = children_of(graph), weights_of(graph)
  local radii = radii_of(graph, weights)
  local outermost = 0
  local begins = { [graph.nodes[1]] = -TURN / 4 }
  local spans = { [graph.nodes[1]] = TURN }
  for _, node in ipairs(graph.nodes) do
    node.angle = begins[node] + spans[node] / 2
    local radius = radii[node.depth]
    node.x, node.y = rounded(radius * math.cos(node.angle)), rounded(radius * math.sin(node.angle))
    outermost = math.max(outermost, radius)
    local at, whole = begins[node], 0
    for _, child in ipairs(children[node] or {}) do whole = whole + weights[child] end
    for _, child in ipairs(children[node] or {}) do
      begins[child], spans[child] = at, spans[node] * weights[child] / whole
      at = at + spans[child]
    end
  end
  return outermost
end

return M
