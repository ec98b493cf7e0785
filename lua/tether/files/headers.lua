--- Looks for the header in a file whose first line is none, but a title, say, or the day of the export.
local columns = require "tether.files.columns"

local M = {}

local MOST_LINES = 30 -- lines that are looked at: few titles stand above a table

-- The cells of a line. Separators inside quotes are not heeded, because the result is only a guess.
local function cells(line, separator)
  local list = {}
  for cell in (line .. separator):gmatch("([^" .. separator .. "]*)" .. separator) do
    list[#list + 1] = cell:gsub('^%s*"?', ""):gsub('"?%s*$', "")
  end
  return list
end

--- A remedy that names the line which looks like the header; nil: no line does.
-- @tparam string bytes the first bytes of the file
-- @tparam table wanted as for columns.of_header
-- @treturn ?string
function M.suggest(bytes, wanted)
  local number = 0
  for line in bytes:gmatch "([^\n]*)\n?" do
    number = number + 1
    if number > MOST_LINES then return nil end
    for _, separator in ipairs { ",", ";", "\t", "|" } do
      local names = cells(line:gsub("\r$", ""), separator)
      if number > 1 and #names > 1 and columns.fits(names, wanted) then
        return ("line %d looks like the header: --header-line %d, header_line = %d"):format(number, number, number)
      end
    end
  end
end

return M
