--- snapshot: a nightly backup, a file for each night in a folder, with the difference to the night before.
local check = require "tether.check"
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local native = require "tether.native"

local M = {}

local known = { folder = "string", pairs = "any", key = "any", keep = "integer" }

local NAME = "^%d%d%d%d%-%d%d%-%d%dT%d%d%-%d%d%-%d%d%.links$"

-- The snapshots of a folder, the oldest first.
local function names_in(folder)
  local names = {}
  local pipe <close> = io.popen("ls -- '" .. folder:gsub("'", "'\\''") .. "' 2>/dev/null")
  for name in pipe:lines() do names[#names + 1] = name:match(NAME) end
  table.sort(names)
  return names
end

-- Makes a folder whose name has no path, in the current folder. Other folders must exist: the folder of a disk that is
-- not mounted would look like an empty one.
local function make_folder(hub, folder)
  if native.file_facts(folder) or not folder:match "^%.?/?[^/]+/?$" or folder:match "^/" then return end
  local made = os.execute("mkdir -- '" .. folder:gsub("'", "'\\''") .. "' 2>/dev/null")
  if not made then return end
  table.insert(hub.notices, ("snapshot: the folder %s is made, and this is its first file"):format(folder))
end

local function check_folder(folder)
  local probe = folder .. "/.tether-snapshot"
  local file, problem = io.open(probe, "w")
  if not file then
    errors.raise("FILE_FAILED", "snapshot: cannot write into " .. problem,
      { hint = "make the folder: mkdir -p " .. folder })
  end
  file:close()
  os.remove(probe)
end

--- Takes a backup into a folder, named by its time in UTC, tells what has changed since the one before, and takes away
-- the oldest beyond `keep`.
--
--     print(tether.workflows.snapshot(hub, { folder = "nights", pairs = "contacts:companies", keep = 30 }).difference)
-- @tparam table hub
-- @tparam table options folder: one that is named without a path is made in the current folder, any other must be
--   there; pairs, key: as for hub:backup; keep: so many files stay; left out, all.
--   Only files that are named as snapshots are taken away, and only behind a whole new one
-- @treturn table report of hub:backup, with path, since (the file that it is compared with, or nil), removed (names)
-- @raise FILE_FAILED, FILE_BROKEN, BAD_ARGUMENT, OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("snapshot", options, known, { "folder", "pairs" })
  check.count("snapshot.keep", options.keep, 1, true)
  make_folder(hub, options.folder)
  check_folder(options.folder)
  local names = names_in(options.folder)
  local last = names[#names]
  local name = os.date "!%Y-%m-%dT%H-%M-%S.links"
  local path, since = options.folder .. "/" .. name, last and options.folder .. "/" .. last
  local report = hub:backup(options.pairs, path, { key = options.key, since = since })
  report.path, report.since, report.removed = path, since, {}
  names[#names + 1] = name
  for i = 1, options.keep and #names - options.keep or 0 do
    os.remove(options.folder .. "/" .. names[i])
    report.removed[i] = names[i]
  end
  return report
end

return M
