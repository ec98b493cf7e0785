--- Takes a backup: reads each pair of object types, sorts its links, and writes them with the pair's definitions.
local check = require "tether.check"
local diff = require "tether.backup.diff"
local errors = require "tether.error"
local json = require "tether.json"
local keys = require "tether.backup.keys"
local moment = require "tether.names.moment"
local native = require "tether.native"
local pairs_of = require "tether.backup.pairs"
local part_files = require "tether.files.part"
local walk = require "tether.backup.walk"

local M = {}

local known = { key = "any", since = "string", changed_since = "any", replace = "boolean", on_progress = "function" }

local function types_of(list)
  local found, seen = {}, {}
  for _, pair in ipairs(list) do
    for _, name in ipairs(pair) do
      if not seen[name] then found[#found + 1], seen[name] = name, true end
    end
  end
  return found
end

local function check_path(path, replaces)
  if native.file_facts(check.type("backup: file", path, "string")) == "file" and not replaces then
    errors.raise("FILE_FAILED", ("%s exists already"):format(path),
      { hint = "name a new file; or take its place with replace = true (--replace), which tells the difference to it" })
  end
end

-- Refuses to compare a partial backup, because links that it does not have are not gone.
local function check_partial(options)
  if options.since or options.replace then
    errors.raise("BAD_ARGUMENT", "backup: changed_since keeps some records alone, which are no difference to a " ..
      "whole backup and cannot take its place", { hint = "name a new file, without since and replace" })
  end
end

local function write_pair(self, pair)
  local found = walk.pair(self.hub, pair[1], pair[2], self.count, function(set)
    self.noted:note(set)
    if self.on_progress then self.on_progress(self.count) end
  end, self.changed_since)
  errors.check(self.file:text("pair", json.encode(found.definitions)))
  for set in found.next do
    errors.check(self.file:links(set.native))
    set.native:close()
  end
end

local function write_all(self, list, properties)
  local meta = { account = tostring(self.hub:account().portalId), version = self.hub.version,
    made_at = native.wall_ms() // 1000, pairs = list, keys = next(properties) and properties or nil,
    changed_since = self.changed_since }
  errors.check(self.file:text("meta", json.encode(meta)))
  for _, pair in ipairs(list) do write_pair(self, pair) end
  self.noted:write(self.hub, self.file, self.count)
  return errors.check(self.file:finish())
end

-- Writes beside the file, which gets its name when it is whole.
local function write_file(self, path, list, properties)
  local part = part_files.place(path)
  self.file = errors.check(native.backup(part))
  local ok, bytes = pcall(write_all, self, list, properties)
  self.file:close()
  if not ok then
    if part ~= path then os.remove(part) end
    error(bytes, 0)
  end
  return part, bytes
end

--- Takes a backup.
-- @tparam table hub
-- @param given pairs of object types
-- @tparam string path
-- @tparam[opt] table options key, since, changed_since, replace, on_progress
-- @treturn report
function M.write(hub, given, path, options)
  options = check.options("backup", options, known)
  check_path(path, options.replace)
  local changed_since = options.changed_since and moment.of("backup: changed_since", options.changed_since)
  if changed_since then check_partial(options) end
  local list = pairs_of.of(hub, given)
  local properties = keys.of(hub, options.key, types_of(list))
  local since = options.since or options.replace and native.file_facts(path) == "file" and path or nil
  if since then diff.check(since) end
  local count = { records = 0, links = 0, calls = 0, keys = 0, without_key = 0 }
  local self = { hub = hub, count = count, noted = keys.noting(properties), on_progress = options.on_progress,
    changed_since = changed_since }
  local part, bytes = write_file(self, path, list, properties)
  count.bytes, count.pairs = bytes, list
  if since then count.difference = diff.run(hub, since, part, {}) end
  part_files.name(part, path)
  return count
end

return M
