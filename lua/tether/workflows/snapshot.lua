--- The nightly backup: a file a night in a folder, with its difference to the night before.
local check = require "tether.check"
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"

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

local function check_folder(folder)
  local probe = folder .. "/.tether-snapshot"
  local file, problem = io.open(probe, "w")
  if not file then -- never made here: a disk that is not mounted would look like a folder that is empty
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
-- @tparam table options folder that is there; pairs, key: as for hub:backup; keep: so many files stay; left out, all.
--   Only files that are named as snapshots are taken away, and only behind a whole new one
-- @treturn table report of hub:backup, with path, since (the file that it is compared with, or nil), removed (names)
-- @raise FILE_FAILED, FILE_BROKEN, BAD_ARGUMENT, OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("snapshot", options, known, { "folder", "pairs" })
  check.count("snapshot.keep", options.keep, 1, true)
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
