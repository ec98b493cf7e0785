--- What commands print on stdout: JSON for programs; tables that fit a terminal, or columns separated by tabs in a
-- pipe.
local native = require "tether.native"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local M = {}

local GAP = "  "

--- Writes one JSON value on a line.
-- @param out
-- @param value
-- @param of its shape, see tether.cli.line.shape
function M.json(out, value, of)
  out:write(shape.encode(value, of), "\n")
end

--- Writes values as JSON lines.
-- @param out
-- @tparam {any,...} values
-- @param of the shape of lines
function M.lines(out, values, of)
  for _, value in ipairs(values) do M.json(out, value, of.of) end
end

--- Whether a stream is a terminal.
-- @treturn boolean
function M.is_terminal(stream)
  return io.type(stream) == "file" and native.is_terminal(stream)
end

-- The width of the terminal in columns: as the shell tells it, or as the terminal does.
local function width()
  local told = math.tointeger(tonumber(os.getenv "COLUMNS" or ""))
  if told and told > 0 then return told end
  local pipe <close> = io.popen "stty size </dev/tty 2>/dev/null"
  local columns = pipe and pipe:read "a":match "^%d+ (%d+)"
  local said = math.tointeger(tonumber(columns)) or 0
  return said > 0 and said or 80 -- a terminal whose size is unknown tells 0
end

local function length(text)
  return utf8.len(text) or #text
end

local function cut(text, most)
  if length(text) <= most then return text end
  return text:sub(1, (utf8.offset(text, most) or most) - 1) .. "…"
end

local function padded(text, to)
  return text .. (" "):rep(to - length(text))
end

-- The width of each column. When they need more than there is, the widest column is cut.
local function widths_of(rows, room)
  local widths, sum = {}, 0
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, length(cell)) end
  end
  for _, size in ipairs(widths) do sum = sum + size + #GAP end
  while sum - #GAP > room do
    local widest = 1
    for i, size in ipairs(widths) do widest = size > widths[widest] and i or widest end
    if widths[widest] <= 4 then break end
    widths[widest], sum = widths[widest] - 1, sum - 1
  end
  return widths
end

local function is_coloured()
  return (os.getenv "NO_COLOR" or "") == "" and os.getenv "TERM" ~= "dumb"
end

local function write_aligned(out, rows, has_header)
  local widths, coloured = widths_of(rows, width()), is_coloured()
  for r, row in ipairs(rows) do
    local cells = {}
    for i, cell in ipairs(row) do
      local text = cut(cell, widths[i])
      cells[i] = i < #row and padded(text, widths[i]) or text
    end
    local line = table.concat(cells, GAP)
    out:write(has_header and r == 1 and coloured and ("\27[1m%s\27[0m"):format(line) or line, "\n")
  end
end

--- Writes a table.
-- @param out
-- @tparam ?{string,...} header
-- @tparam {table,...} rows of cells: strings and numbers
function M.rows(out, header, rows)
  local all = { header }
  for _, row in ipairs(rows) do
    local cells = {}
    for i, cell in ipairs(row) do cells[i] = plain.line(tostring(cell)) end
    all[#all + 1] = cells
  end
  if M.is_terminal(out) then return write_aligned(out, all, header ~= nil) end
  for _, row in ipairs(all) do out:write(table.concat(row, "\t"), "\n") end
end

return M
