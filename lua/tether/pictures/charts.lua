--- Bars drawn as SVG inside a page; every bar has its figure as text.
local markup = require "tether.pictures.markup"
local plain = require "tether.plain"

local escape, cut = markup.escape, markup.cut

local M = {}

local WIDTH, ROW, TEXT, FIGURE = 760, 26, 250, 110 -- pixels: of a chart, of a bar's height, of texts at both sides

--- Horizontal bars.
-- @tparam {table,...} rows { text, number }
-- @tparam[opt] string colour "#rrggbb"
-- @treturn string an element
function M.bars(rows, colour)
  local most, parts = 1, {}
  for _, row in ipairs(rows) do most = math.max(most, row[2]) end
  local room = WIDTH - TEXT - FIGURE
  local height = #rows * ROW + 4
  parts[1] = ('<svg class="chart" role="img" viewBox="0 0 %d %d" width="%d" height="%d">'):format(WIDTH, height, WIDTH,
    height)
  for i, row in ipairs(rows) do
    local y, length = (i - 1) * ROW + 4, row[2] > 0 and math.max(2, row[2] / most * room) or 0
    parts[#parts + 1] = ('<text x="%d" y="%d" text-anchor="end">%s</text>'):format(TEXT - 10, y + 15,
      escape(cut(row[1], 36)))
    parts[#parts + 1] = ('<rect x="%d" y="%d" width="%.1f" height="18" rx="3" fill="%s"/>'):format(TEXT, y, length,
      colour or "#2f6fb3")
    parts[#parts + 1] = ('<text class="figure" x="%.1f" y="%d">%s</text>'):format(TEXT + length + 8, y + 15,
      plain.number(row[2]))
  end
  parts[#parts + 1] = "</svg>"
  return table.concat(parts)
end

return M
