--- A graph as SVG for browsers and papers. It has no script, and can be read in light and in dark themes.
local colours = require "tether.pictures.colours"
local layout = require "tether.pictures.layout"
local markup = require "tether.pictures.markup"

local M = {}

local MARGIN, TEXT = 230, 26
local escape, cut = markup.escape, markup.cut

local STYLE = [[
text{font:13px system-ui,"Segoe UI","Liberation Sans",sans-serif;fill:#22303c}
.edge{stroke:#b9c3cc;fill:none;stroke-width:1.4}.main{stroke:#7d8b97;stroke-width:2.2}
.label{font-size:11px;fill:#5a6873;text-anchor:middle;paint-order:stroke;stroke:#fbfbf9;stroke-width:4px}
.id{font-size:11px;fill:#73808b}.title{font-size:17px;font-weight:600}.ground{fill:#fbfbf9}
.dot{stroke:#fbfbf9;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#e4e8ea}.ground{fill:#171c20}.label{fill:#a9b4bc;stroke:#171c20}
.id{fill:#93a0a9}
.edge{stroke:#46525c}.main{stroke:#8696a3}.dot{stroke:#171c20}}]]

local function number(value) return ("%.1f"):format(value):gsub("%.0$", "") end

local function title_of(node)
  return node.name and ("%s (%s)"):format(node.name, node.key) or node.key
end

local function label_of(edge)
  local texts = {}
  if edge.primary then texts[1] = "primary" end
  table.move(edge.labels, 1, #edge.labels, #texts + 1, texts)
  local back = table.concat(edge.back, ", ")
  local text = table.concat(texts, ", ")
  return back ~= "" and (text ~= "" and text .. " / " .. back or back) or text
end

-- The label beside a line: the labels of one direction; the line's title has the labels of both.
local function short_of(edge)
  local labels = #edge.labels > 0 and edge.labels or edge.back
  local text = table.concat(labels, ", ")
  if not edge.primary then return text end
  return text ~= "" and "primary, " .. text or "primary"
end

local OUTWARDS = 0.62 -- where on a line its label stands: beyond the middle, where lines are further apart

-- A line between two records of a ring bends towards the middle; other lines are straight.
local function path_of(edge)
  local from, to = edge.from, edge.to
  local x, y = (from.x + to.x) / 2, (from.y + to.y) / 2
  if to.parent == from or from.parent == to then
    local part = to.parent == from and OUTWARDS or 1 - OUTWARDS
    local turn = math.deg(math.atan(to.y - from.y, to.x - from.x))
    if math.abs(turn) > 90 then turn = turn + 180 end -- else the text would stand on its head
    return ("M%s %sL%s %s"):format(number(from.x), number(from.y), number(to.x), number(to.y)),
      from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part, turn
  end
  local bend_x, bend_y = x * 0.72, y * 0.72
  return ("M%s %sQ%s %s %s %s"):format(number(from.x), number(from.y), number(bend_x), number(bend_y), number(to.x),
    number(to.y)), (x + bend_x) / 2, (y + bend_y) / 2, 0
end

local function write_edges(out, graph)
  local labels = {}
  for _, edge in ipairs(graph.edges) do
    local path, x, y, turn = path_of(edge)
    local text = label_of(edge)
    out(('<path class="edge%s" d="%s"><title>%s – %s%s</title></path>\n'):format(edge.primary and " main" or "", path,
      escape(title_of(edge.from)), escape(title_of(edge.to)), text ~= "" and escape(": " .. text) or ""))
    if text ~= "" then
      text = short_of(edge)
      labels[#labels + 1] = ('<text class="label" transform="translate(%s %s) rotate(%s)" y="4">%s</text>\n'):format(
        number(x), number(y), number(turn % 360), escape(cut(text, 28)))
    end
  end
  return table.concat(labels)
end

-- On a crowded ring texts go along the rays, because side by side they would cover each other.
local function write_along(out, node, left)
  local degrees = math.deg(node.angle) + (left and 180 or 0)
  out(('<text transform="rotate(%s)" x="%d" y="4" text-anchor="%s">%s'):format(number(degrees % 360),
    left and -15 or 15, left and "end" or "start", escape(cut(node.name or node.key, TEXT))))
  if node.name then out((' <tspan class="id">%s</tspan>'):format(escape(node.key))) end
  out "</text>"
end

-- On other rings a text stands outside the ring: to the right of records on the right half, to the left on the left
-- half.
local function write_beside(out, node, left)
  local is_middle = node.depth == 0
  local radius = is_middle and 15 or 9
  local x = is_middle and 0 or (left and -(radius + 6) or radius + 6)
  local anchor = is_middle and "middle" or left and "end" or "start"
  local first = is_middle and radius + 17 or (node.name and -1 or 4)
  out(('<text x="%d" y="%d" text-anchor="%s">%s</text>'):format(x, first, anchor,
    escape(cut(node.name or node.key, TEXT))))
  if node.name then
    out(('<text class="id" x="%d" y="%d" text-anchor="%s">%s</text>'):format(x, first + 14, anchor, escape(node.key)))
  end
end

local function write_node(out, node, colour, crowded)
  local left = math.cos(node.angle) < -0.05
  out(('<g transform="translate(%s %s)"><title>%s</title><circle class="dot" r="%d" fill="%s"/>'):format(
    number(node.x), number(node.y), escape(title_of(node)), node.depth == 0 and 15 or 9, colour))
  if crowded[node.depth] then write_along(out, node, left) else write_beside(out, node, left) end
  out "</g>\n"
end

local CLOSE = 60 -- records nearer than this have no room for texts side by side

-- Whether the outermost ring is too full for texts side by side. The answer holds for that ring only; texts of inner
-- rings always stand beside their records.
local function crowded_rings(graph)
  local before, deepest, nearest = {}, 0, {}
  for _, node in ipairs(graph.nodes) do
    local last, depth = before[node.depth], node.depth
    local distance = last and math.sqrt((node.x - last.x) ^ 2 + (node.y - last.y) ^ 2) or math.huge
    nearest[depth] = math.min(nearest[depth] or math.huge, distance)
    before[depth], deepest = node, math.max(deepest, depth)
  end
  return { [deepest] = deepest > 0 and nearest[deepest] < CLOSE }
end

local function write_legend(out, graph, types, colour, left, top)
  local counts = {}
  for _, node in ipairs(graph.nodes) do counts[node.type] = (counts[node.type] or 0) + 1 end
  out(('<text class="title" x="%s" y="%s">%s</text>\n'):format(number(left), number(top),
    escape(cut(title_of(graph.nodes[1]), 60))))
  for i, name in ipairs(types) do
    out(('<circle cx="%s" cy="%s" r="6" fill="%s"/><text x="%s" y="%s">%s</text>\n'):format(number(left + 7),
      number(top + 4 + i * 20), colour[name], number(left + 20), number(top + 8 + i * 20),
      escape(("%s, %d"):format(name, counts[name]))))
  end
  local told = ("%d records, %d links"):format(#graph.nodes, #graph.edges)
  if graph.left_out > 0 then told = ("%s; %d further records are not shown"):format(told, graph.left_out) end
  out(('<text class="id" x="%s" y="%s">%s</text>\n'):format(number(left), number(top + 30 + #types * 20), escape(told)))
end

local function types_of(graph)
  local types, seen = {}, {}
  for _, node in ipairs(graph.nodes) do
    if not seen[node.type] then seen[node.type], types[#types + 1] = true, node.type end
  end
  table.sort(types)
  return types
end

--- The graph as a whole file.
-- @tparam table graph as tether.pictures.walk tells it
-- @treturn string
function M.write(graph)
  local parts = {}
  local function out(text) parts[#parts + 1] = text end
  local half = layout.place(graph) + MARGIN
  local types = types_of(graph)
  local colour = colours.of(types)
  local side = number(2 * half)
  out(('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" role="img" ' ..
    'viewBox="%s %s %s %s" width="%s" height="%s">\n'):format(number(-half), number(-half), side, side, side, side))
  out(("<title>%s</title>\n<style>%s</style>\n"):format(escape(title_of(graph.nodes[1])), STYLE))
  out(('<rect class="ground" x="%s" y="%s" width="100%%" height="100%%"/>\n'):format(number(-half),
    number(-half)))
  local labels, crowded = write_edges(out, graph), crowded_rings(graph)
  for _, node in ipairs(graph.nodes) do write_node(out, node, colour[node.type], crowded) end
  out(labels)
  write_legend(out, graph, types, colour, -half + 24, -half + 34)
  out "</svg>\n"
  return table.concat(parts)
end

M.label_of = label_of

return M
