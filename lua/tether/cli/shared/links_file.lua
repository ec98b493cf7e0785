--- What commands that read a file of links share: arguments, options, and how they describe the file.
local common = require "tether.cli.line.common"

local M = {}

local function label_column(text)
  if text:lower() == "none" then return false end
  return common.column(text)
end

local whole = common.number(math.tointeger)

--- The arguments.
M.arguments = { { "file", "CSV, XLSX, JSON (lines, arrays, answers of the API), plain or packed; - is standard input.",
  type = "FILE" } }

--- The options.
M.options = {
  { "--from", "Object type of the from side: contacts, company, 0-3, …", value = "TYPE" },
  { "--to", "Object type of the to side.", value = "TYPE" },
  { "--label", "Label of the rows that name none; again for several.", value = "LABEL", many = true },
  { "--from-column", "Header name, position or JSON key of the from id.", value = "COLUMN", convert = common.column },
  { "--to-column", "The same of the to id.", value = "COLUMN", convert = common.column },
  { "--label-column", "The same of the label; none: no column has labels.", value = "COLUMN", convert = label_column },
  { "--from-key", "The cells of the from side are values of this property, such as email.", value = "PROPERTY" },
  { "--to-key", "The same of the to side, such as domain.", value = "PROPERTY" },
  { "--separator", "Between several labels of one cell; a semicolon when left out.", value = "CHARACTER",
    default = ";" },
  { "--ids-separator", "Between several ids of one cell; none; else where the header says IDs.", value = "CHARACTER" },
  { "--header-line", "Line of the header, when titles stand above it.", value = "N", convert = whole },
  { "--format", "csv or jsonl; else by the file's name or its first byte.", value = "FORMAT",
    choices = { "csv", "jsonl" } },
  { "--sheet", "Of a workbook, or file of a ZIP file: its name, or its number from 1.", value = "SHEET" },
  { "--encoding", "utf-8, utf-16 or windows-1252; else by the first bytes.", value = "NAME" },
  { "--first-line", "Pass over the rows of earlier lines: go on with an import.", value = "N", convert = whole },
  { "--primary", "Move the primary to the rows that say so (column primary, label Primary)." },
}

--- The options of tether.rows that the arguments of a command give.
-- @treturn table options as tether.rows takes them
function M.read(options)
  local columns = { from = options.from_column, to = options.to_column, label = options.label_column }
  return { from = options.from, to = options.to, columns = columns, label = #options.label > 0 and options.label or nil,
    format = options.format, separator = options.separator, ids_separator = options.ids_separator,
    encoding = options.encoding, sheet = options.sheet, header_line = options.header_line, primary = options.primary,
    keys = { from = options.from_key, to = options.to_key, none = options.missing }, first_line = options.first_line }
end

return M
