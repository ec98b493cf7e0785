--- Files that a command writes: a file gets its name when it is whole, and what stood there before is kept until then.
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

local function refuse(path, cause)
  errors.raise("FILE_FAILED", ("cannot write %s: %s"):format(path, cause))
end

--- Where to write first. Devices and pipes are no names to put a file in the place of: they are written as they are.
-- @tparam string path
-- @treturn string
-- @raise FILE_FAILED it is a folder, or lies in none
function M.place(path)
  local kind = native.file_facts(path)
  if kind == "folder" then refuse(path, "it is a folder") end
  local folder = path:match "^(.*)/[^/]*$"
  if folder and folder ~= "" and native.file_facts(folder) ~= "folder" then
    refuse(path, ("there is no folder %s"):format(folder))
  end
  return kind == "other" and path or path .. ".part"
end

--- Opens a file to be read.
-- @tparam string path "-" is standard input
-- @treturn file
-- @raise FILE_FAILED
function M.read(path)
  if path == "-" then return io.stdin end
  local file, problem = io.open(path, "rb")
  return file or errors.raise("FILE_FAILED", "cannot read " .. problem)
end

--- Gives a file its name.
-- @tparam string part as `place` answered
-- @tparam string path
-- @raise FILE_FAILED
function M.name(part, path)
  if part == path then return end
  local moved, problem = os.rename(part, path)
  if not moved then refuse(path, problem) end
end

--- Writes a whole file.
-- @tparam string path
-- @tparam string text
-- @raise FILE_FAILED: what stood there is still there
function M.write(path, text)
  local part = M.place(path)
  local file, problem = io.open(part, "wb")
  if not file then refuse(path, problem) end
  local fine, failure = file:write(text)
  local closed, late = file:close()
  if not (fine and closed) then
    if part ~= path then os.remove(part) end -- a device stays
    refuse(path, failure or late)
  end
  M.name(part, path)
end

return M
