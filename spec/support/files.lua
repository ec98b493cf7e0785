--- Files that a spec makes and takes away again.
local M = {}

local made = {}

--- A file of its own under the folder for temporary ones.
-- @tparam string text
-- @tparam[opt] string ending of its name, such as ".csv"
-- @treturn string path
function M.write(text, ending)
  local path = os.tmpname()
  os.remove(path)
  path = path .. (ending or "")
  local handle <close> = assert(io.open(path, "wb"))
  assert(handle:write(text))
  made[#made + 1] = path
  return path
end

--- What a file holds.
function M.content(path)
  local handle <close> = assert(io.open(path, "rb"))
  return handle:read "a"
end

--- Takes away what was written.
function M.remove_all()
  for _, path in ipairs(made) do os.remove(path) end
  made = {}
end

return M
