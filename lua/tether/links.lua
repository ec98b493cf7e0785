--- Links sets as scripts make them: `tether.links(from, to)`, `tether.links.read(path)`.
local rows = require "tether.files.rows"
local set = require "tether.sets.set"

local M = { new = set.new, is = set.is }

--- Reads links from a file, CSV (UTF-8; comma, semicolon or tab) or JSON lines. `tether.rows` reads it piece by piece.
-- @tparam string path "-" is standard input
-- @tparam table options see tether.rows: from, to, columns, label, separator, format, first_line, refused
-- @treturn links `lines[row]` is the line that a row came from
-- @raise FILE_FAILED, CSV_COLUMN_MISSING, CSV_BROKEN, JSONL_BROKEN, BAD_ID with the line; nothing is lost but the call
function M.read(path, options)
  return rows.read(path, options)
end

return M
