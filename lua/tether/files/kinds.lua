--- Files that are no table of text: their first bytes tell what they are, and this table what to do with them.
local errors = require "tether.error"

local M = {}

local SAVE = "open it in the program that made it, and save the table as CSV (UTF-8)"

-- { bytes at the start, what it is, remedy }
local KINDS = {
  { "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel workbook (.xls)", "open it and save it as XLSX or CSV (UTF-8)" },
  { "%PDF", "a PDF", "ask for the table itself, as CSV or XLSX" },
  { "{\\rtf", "a text document (RTF)", SAVE },
  { "SQLite format 3\0", "an SQLite database", "export its table: sqlite3 -header -csv FILE 'select …' > links.csv" },
  { "PAR1", "a Parquet file", "convert it to CSV, with duckdb or pandas for example" },
  { "\x1F\x8B", "packed with gzip, once more than was unpacked", "unpack it: gunzip" },
  { "PK\x03\x04", "a ZIP archive", "unpack it and name the file inside" },
  { "7z\xBC\xAF\x27\x1C", "a 7z archive", "unpack it and name the file inside" },
  { "Rar!", "a RAR archive", "unpack it and name the file inside" },
  { "BZh", "packed with bzip2", "unpack it: bunzip2" },
  { "\xFD7zXZ", "packed with xz", "unpack it: unxz" },
  { "\x28\xB5\x2F\xFD", "packed with zstd", "unpack it: unzstd" },
  { "\x89PNG", "a picture", "ask for the table itself, as CSV or XLSX" },
  { "\xFF\xD8\xFF", "a picture", "ask for the table itself, as CSV or XLSX" },
  { "GIF8", "a picture", "ask for the table itself, as CSV or XLSX" },
}

-- The same for text formats: patterns that are compared in lower case, behind leading blanks.
local MARKUP = {
  { "^<!doctype html", "a web page (HTML)", "export again: this may be a page that asks to log in" },
  { "^<html", "a web page (HTML)", "export again: this may be a page that asks to log in" },
  { "^<table", "a web page (HTML)", "open it in a spreadsheet and save it as CSV (UTF-8)" },
  { "^<%?xml", "XML", SAVE },
}

--- Refuses a file that is no table.
-- @tparam string name of the file
-- @tparam string bytes the first bytes of the file
-- @raise FILE_FAILED
function M.check(name, bytes)
  local found
  for _, kind in ipairs(KINDS) do
    if bytes:sub(1, #kind[1]) == kind[1] then found = kind end
  end
  local text = bytes:sub(1, 512):gsub("^\u{FEFF}", ""):gsub("^%s+", ""):lower()
  for _, kind in ipairs(MARKUP) do
    if text:find(kind[1]) then found = found or kind end
  end
  if found then errors.raise("FILE_FAILED", ("%s is %s, no table"):format(name, found[2]), { hint = found[3] }) end
end

return M
