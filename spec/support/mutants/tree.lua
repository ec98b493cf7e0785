--- Copies of the tree that workers keep, for spec/support/mutants.lua.
local M = {}

--- All of a file.
-- @tparam string path
-- @treturn ?string nil: there is none
function M.content(path)
  local file <close> = io.open(path, "rb")
  return file and file:read "a"
end

--- Writes a file.
-- @tparam string path
-- @tparam string text
function M.write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(text))
end

--- The end of a file, a few lines.
-- @tparam string path
-- @treturn string
function M.tail(path)
  return (M.content(path) or ""):sub(-1500)
end

-- What the tests need of the tree, paths from its root.
local function listed(folder)
  local paths = {}
  local pipe <close> = assert(io.popen(("cd %s && find Makefile .busted .ldoc .luacheckrc csrc lua spec examples " ..
    "rockspec LICENSE *.md -type f 2>/dev/null"):format(folder)))
  for path in pipe:lines() do paths[#paths + 1] = path end
  return paths
end

--- Makes a folder's copy of the tree the same as the tree. What is the same already is not touched, so that `make`
-- builds anew what has changed, and what an interrupted worker has left behind.
-- @tparam string folder
function M.copy_tree(folder)
  assert(os.execute("mkdir -p " .. folder))
  local here, changed = {}, {}
  for _, path in ipairs(listed ".") do
    here[path] = true
    if M.content(path) ~= M.content(folder .. "/" .. path) then changed[#changed + 1] = path end
  end
  for _, path in ipairs(listed(folder)) do
    if not here[path] then assert(os.remove(folder .. "/" .. path)) end
  end
  local pipe <close> = assert(io.popen(("xargs -r cp --parents --preserve=mode -t %s"):format(folder), "w"))
  for _, path in ipairs(changed) do assert(pipe:write(path, "\n")) end
end

return M
