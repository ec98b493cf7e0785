--- Runs an import as a job: the file is planned, the plan saved and applied. So the import can be resumed and undone.
local check = require "tether.check"
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local native = require "tether.native"
local apply = require "tether.plan.apply"
local make = require "tether.plan.make"
local rows = require "tether.files.rows"

local M = {}

-- Refuses options that a plan cannot obey, because it reads first and makes nothing.
local function check_options(options)
  if options.read == false then check.refuse("import.read", "no read = false beside job", false) end
  for _, name in ipairs { "create_labels", "verify" } do
    if options[name] then check.refuse("import." .. name, "nothing beside job", options[name]) end
  end
end

local function plan_file(hub, path, options, fail)
  local asked = { labels = "at least", primary = options.primary, keys = options.keys, lost = fail,
    piece = options.piece, on_progress = options.on_progress and function(counts)
      options.on_progress { done = counts.wanted, batches = 0, calls = hub:stats().requests }
    end }
  for name in pairs(rows.options) do
    if asked[name] == nil then asked[name] = options[name] end
  end
  local plan <close> = make.make(hub, path, asked)
  plan:save(options.job)
end

local code_of = { drifted = "DRIFTED", rejected = "INVALID", unknown = "NOT_CONFIRMED", blocked = "LIMIT_EXCEEDED" }

local function place_of(change)
  return ("%d %d"):format(change.from, change.to)
end

-- The notes about single rows: pair -> text.
local function texts_of(report)
  local texts = {}
  for change in report:changes() do
    if change.text then texts[place_of(change)] = change.text end
  end
  return texts
end

-- Tells of each change that is not done, as an import does for its rows.
local function tell(report, fail)
  if report:fine() and jobs.number(report.native, "blocked") == 0 then return end
  local texts = texts_of(report)
  for change in report:changes() do
    local what = change.result or change.action == "blocked" and "blocked"
    local code, text = code_of[what], what and texts[place_of(change)]
    local known, message = (text or ""):match "^([%u_]+): (.*)$"
    if known and errors.codes[known] then code, text = known, message end
    if code then
      fail { from = change.from, to = change.to, from_type = change.from_type, to_type = change.to_type,
        types = change.after, label = change.after and table.concat(change.after, ";") or nil,
        error = errors.new(code, text or "nothing is known of this row") }
    end
  end
end

local function counts_of(report)
  local job = report.native
  local blocked, lost = jobs.number(job, "blocked"), jobs.number(job, "lost")
  return { linked = report.done, unchanged = jobs.number(job, "right") + report.already, unknown = report.unknown,
    rejected = report.rejected + report.drifted + blocked + lost, not_sent = report.pending,
    rows = jobs.number(job, "wanted") + lost, stopped = report.stopped }
end

--- Imports a file as a job, or goes on with one.
-- @tparam table hub
-- @param path of the links; not read when the job is there
-- @tparam table options those of hub:import, with `job`
-- @tparam function fail told of each row that is not done
-- @treturn table linked, unchanged, unknown, rejected, not_sent, rows, stopped
-- @raise as hub:plan and hub:apply; what stopped an apply that was begun is in `stopped`
function M.run(hub, path, options, fail)
  check_options(options)
  check.type("import.job", options.job, "string")
  if native.file_facts(options.job) ~= "file" then plan_file(hub, path, options, fail) end
  local report <close> = apply.run(hub, options.job, { stop = options.stop, on_progress = options.on_progress and
    function(now)
      options.on_progress { done = now.done, before = now.before, batches = now.settled, calls = hub:stats().requests,
        part = now.rows > 0 and now.done / now.rows or nil, part_before = now.before / math.max(now.rows, 1) }
    end })
  tell(report, fail)
  return counts_of(report)
end

return M
