--- Files that a command writes. A file gets its name when it is whole, and the file that had the name is kept until
-- then.
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

local function refuse(path, cause)
  errors.raise("FILE_FAILED", ("cannot write %s: %s"):format(path, cause))
end

--- The path to write to first. Devices and pipes cannot be replaced by a file, so they are written to directly.
-- @tparam string path
-- @treturn string
-- @raise FILE_FAILED the path is a folder, or its folder is missing
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

--- Renames the whole file to its final name.
-- @tparam string part as `place` answered
-- @tparam string path
-- @raise FILE_FAILED
function M.name(part, path)
  if part == path then return end
  local moved, problem = os.rename(part, path)
  if not moved then refuse(path, problem) end
end

local Growing = {}
Growing.__index = Growing

-- Closes the file, and removes it when it was not finished.
function Growing:close()
  if not self.file then return end
  self.file:close()
  self.file = nil
  if self.part ~= self.path then os.remove(self.part) end -- a device stays
end

Growing.__close = Growing.close

--- Appends a text.
-- @tparam string text
-- @raise FILE_FAILED
function Growing:write(text)
  local fine, problem = self.file:write(text)
  if not fine then refuse(self.path, problem) end
end

--- Gives the file its final name.
-- @raise FILE_FAILED: the file that had the name is still there
function Growing:finish()
  local fine, problem = self.file:close()
  self.file = nil
  if not fine then refuse(self.path, problem) end
  M.name(self.part, self.path)
end

--- Opens a file to be written piece by piece. When it is closed before it is finished, it leaves nothing.
-- @tparam string path
-- @treturn file write, finish, close
-- @raise FILE_FAILED
function M.open(path)
  local part = M.place(path)
  local file, problem = io.open(part, "wb")
  if not file then refuse(path, problem) end
  return setmetatable({ file = file, part = part, path = path }, Growing)
end

--- Writes a whole file.
-- @tparam string path
-- @tparam string text
-- @raise FILE_FAILED: the file that had the name is still there
function M.write(path, text)
  local file <close> = M.open(path)
  file:write(text)
  file:finish()
end

return M
