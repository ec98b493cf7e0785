--- What an XML parser reads of a text: elements as { name, attributes, text, children }.
local lxp = require "lxp"

local M = {}

--- Parses; raises when it is no XML.
-- @tparam string text
-- @treturn table the root
function M.parse(text)
  local stack = { { name = "", text = "", children = {} } }
  local parser = lxp.new({
    StartElement = function(_, name, attributes)
      local element = { name = name, attributes = attributes, text = "", children = {} }
      table.insert(stack[#stack].children, element)
      stack[#stack + 1] = element
    end,
    EndElement = function() stack[#stack] = nil end,
    CharacterData = function(_, data) stack[#stack].text = stack[#stack].text .. data end,
  })
  local fine, message, line, column = parser:parse(text)
  if fine then fine, message, line, column = parser:parse() end
  if not fine then error(("%s in line %s, column %s"):format(message, line, column), 2) end
  parser:close()
  return stack[1].children[1]
end

--- All elements of a name, from an element downwards.
-- @treturn {table,...}
function M.all(element, name, found)
  found = found or {}
  if element.name == name then found[#found + 1] = element end
  for _, child in ipairs(element.children) do M.all(child, name, found) end
  return found
end

--- The texts of all elements of a name.
-- @treturn string joined by lines
function M.texts(element, name)
  local list = {}
  for i, found in ipairs(M.all(element, name)) do list[i] = found.text end
  return table.concat(list, "\n")
end

return M
