--- Where the records of a graph stand: the first in the middle, each level on a ring around it. A record has as much of
-- its ring as those behind it need, so that lines to them do not cross; the same graph always looks the same.
local M = {}

local RING, NODE = 170, 46 -- the least distances between rings, and between records on one
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

-- How much room each record needs: the ends that hang behind it. An end on an inner ring, which is narrower, needs
-- more.
-- Nodes stand behind their parents, so that one walk backwards is enough.
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

-- A ring has room for all of its records, and for the labels between it and the one inside.
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
