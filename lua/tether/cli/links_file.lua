--- What the commands share that take a file of links: how it is read.
local account = require "tether.cli.account"

local M = {}

-- A column is a header name or a position.
local function column(text)
  return math.tointeger(tonumber(text)) or text
end

local function label_column(text)
  if text:lower() == "none" then return false end
  return column(text)
end

--- Declares the arguments.
function M.arguments(parser)
  parser:argument("file", "CSV, XLSX, JSON (lines, arrays, answers of the API), plain or packed; - is standard input.")
  parser:option("--from", "Object type of the from side: contacts, company, 0-3, …"):argname "TYPE"
  parser:option("--to", "Object type of the to side."):argname "TYPE"
  parser:option("--label", "Label of the rows that name none; again for several."):argname "LABEL":count "*"
  parser:option("--from-column", "Header name, position or JSON key of the from id."):argname "COLUMN":convert(column)
  parser:option("--to-column", "The same of the to id."):argname "COLUMN":convert(column)
  parser:option("--label-column", "The same of the label; none: no column has labels."):argname "COLUMN"
    :convert(label_column)
  parser:option("--from-key", "The cells of the from side are values of this property, such as email.")
    :argname "PROPERTY"
  parser:option("--to-key", "The same of the to side, such as domain."):argname "PROPERTY"
  parser:option("--separator", "Between several labels of one cell.", ";"):argname "CHARACTER"
  parser:option("--ids-separator", "Between several ids of one cell; none; else where the header says IDs.")
    :argname "CHARACTER"
  parser:option("--header-line", "Line of the header, when titles stand above it."):argname "N"
    :convert(account.number("--header-line", math.tointeger))
  parser:option("--format", "csv or jsonl; else by the file's name or its first byte."):choices { "csv", "jsonl" }
  parser:option("--sheet", "Of a workbook, or file of a ZIP file: its name, or its number from 1."):argname "SHEET"
  parser:option("--encoding", "utf-8, utf-16 or windows-1252; else by the first bytes."):argname "NAME"
  parser:option("--first-line", "Pass over the rows of earlier lines: go on with an import."):argname "N"
    :convert(account.number("--first-line", math.tointeger))
  parser:flag("--primary", "Move the primary to the rows that say so (column primary, label Primary).")
end

--- What of the arguments says how the file is read.
-- @treturn table options as tether.rows takes them
function M.read(options)
  local columns = { from = options.from_column, to = options.to_column, label = options.label_column }
  return { from = options.from, to = options.to, columns = columns, label = #options.label > 0 and options.label or nil,
    format = options.format, separator = options.separator, ids_separator = options.ids_separator,
    encoding = options.encoding, sheet = options.sheet, header_line = options.header_line, primary = options.primary,
    keys = { from = options.from_key, to = options.to_key, none = options.missing }, first_line = options.first_line }
end

return M
