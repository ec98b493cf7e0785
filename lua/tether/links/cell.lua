--- Label cells: lists of types as files have them (csrc/core/text/labelcell.h documents their form).
local native = require "tether.native"
local errors = require "tether.error"

local M = {}

--- A list of types as one cell; nil when it names none.
-- @tparam ?table list as a script writes it: labels, type ids, { category =, id = }
-- @tparam[opt=";"] string separator
-- @treturn ?string
function M.text(list, separator)
  local text = list and errors.check(native.label_cell(list, separator ~= "" and separator or nil))
  return text ~= "" and text or nil
end

return M
