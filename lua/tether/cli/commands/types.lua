--- tether types FROM TO: the built-in association types of a pair, both directions.
local types = require "tether.types"

local M = { name = "types", summary = "list the built-in association types of a pair, offline" }

--- Declares the arguments.
function M.arguments(parser)
  parser:argument("from", "Object type: contacts, company, 0-3, …")
  parser:argument("to", "Object type.")
  parser:epilog "Example: tether types contacts companies"
end

--- Prints one tab-separated line a type: id, from, to, kind, inverse id, name.
-- @treturn integer exit code
function M.run(options, out)
  local lines = {}
  local function add(from, to)
    for _, found in ipairs(types.of_pair(from, to)) do
      lines[#lines + 1] = table.concat({ found.id, found.from, found.to, found.kind, found.inverse or "-", found.name },
        "\t")
    end
  end
  add(options.from, options.to)
  if types.object(options.from).singular ~= types.object(options.to).singular then add(options.to, options.from) end
  if #lines == 0 then
    out:write(("no built-in types between %s and %s\n"):format(options.from, options.to))
    return 1
  end
  out:write("id\tfrom\tto\tkind\tinverse\tname\n", table.concat(lines, "\n"), "\n")
  return 0
end

return M
