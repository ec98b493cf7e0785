--- Reads a backup file from its beginning to its end.
local errors = require "tether.error"
local json = require "tether.json"
local links = require "tether.sets.set"
local native = require "tether.native"
local types = require "tether.types"

local M = {}

local File = { __name = "tether.backup_file" }
File.__index = File

-- Adds the file's name to a problem.
local function adopt(path, problem)
  if problem.code ~= "FILE_BROKEN" then return errors.adopt(problem) end
  return errors.new(problem.code, ("%s: %s"):format(path, problem.message),
    { hint = "take another backup: tether backup, hub:backup" })
end

local function read(self)
  local kind, content = self.native:read()
  if kind == nil then error(adopt(self.path, content), 0) end
  self.kind, self.content = kind, content
end

local function read_json(self, what)
  local value = json.decode(self.content)
  if type(value) ~= "table" then
    errors.raise("FILE_BROKEN", ("%s: %s cannot be understood"):format(self.path, what))
  end
  return value
end

--- Opens a backup.
-- @tparam string path
-- @treturn file `facts`: account, version, made_at (seconds since 1970), keys = { type = property }
-- @raise FILE_FAILED, FILE_BROKEN: no backup, cut off, changed, or of a newer version
function M.open(path)
  local core, problem = native.backup_reader(path)
  if not core then error(adopt(path, problem), 0) end
  local self = setmetatable({ native = core, path = path }, File)
  read(self)
  if self.kind ~= "meta" then errors.raise("FILE_BROKEN", path .. ": it does not say whose links it has") end
  self.facts = read_json(self, "what it says of itself")
  read(self)
  return self
end

-- The labels of a pair's types: "USER_DEFINED:42" -> text.
local function names_of(list)
  local names = {}
  for _, type in ipairs(list or {}) do
    if type.label then names[types.key(type)] = type.label end
  end
  return names
end

--- The next pair of object types; rows of the pair before that were not read are passed over.
-- @treturn ?table { definitions =, names =, next = function() -> compact links set or nil }, as tether.backup.walk
--   tells them; nil: there are no more
function File:pair()
  while self.kind == "links" do read(self) end
  if self.kind ~= "pair" then return nil end
  local found = read_json(self, "a pair of object types")
  local from, to, names = found.from, found.to, names_of(found.types)
  read(self)
  return { definitions = found, names = names, next = function()
    if self.kind ~= "links" then return nil end
    local set = links.wrap(from, to, { native = self.content, names = names })
    read(self)
    return set
  end }
end

--- The keys of the records of the next object type, behind the last pair.
-- @treturn ?table { type =, property =, next = function() -> { id, key, id, key, … } or nil }; nil: there are no more
function File:records()
  while self.kind == "keys" do read(self) end
  if self.kind ~= "records" then return nil end
  local found = read_json(self, "keys")
  read(self)
  return { type = found.type, property = found.property, next = function()
    if self.kind ~= "keys" then return nil end
    local list = errors.check(native.backup_keys(self.content))
    read(self)
    return list
  end }
end

--- Reads to the end, so that a file that is cut off or changed is refused.
function File:finish()
  while self.kind ~= "end" do read(self) end
end

--- Closes the file. May be called twice.
function File:close()
  self.native:close()
end

File.__close = File.close

return M
