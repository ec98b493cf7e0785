--- Files that a spec makes and takes away again.
local M = {}

local made, folders = {}, {}

--- A file of its own under the folder for temporary ones.
-- @tparam string text
-- @tparam[opt] string ending of its name, such as ".csv"
-- @treturn string path
function M.write(text, ending)
  local path = os.tmpname()
  os.remove(path)
  made[#made + 1] = path .. (ending or "")
  return M.put(made[#made], text)
end

--- A file at a place, which is not taken away with the others.
-- @tparam string path
-- @tparam string text
-- @treturn string path
function M.put(path, text)
  local handle <close> = assert(io.open(path, "wb"))
  assert(handle:write(text))
  return path
end

--- A folder of its own under the folder for temporary ones.
-- @treturn string path
function M.folder()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkdir " .. path))
  folders[#folders + 1] = path
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
  for _, path in ipairs(folders) do os.execute("rm -rf " .. path) end
  made, folders = {}, {}
end

return M
