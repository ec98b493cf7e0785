--- tether apply JOB: does what a plan says, or goes on with it.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local plain = require "tether.plain"
local progress = require "tether.cli.shown.progress"
local shape = require "tether.cli.line.shape"

local OK, SOME_FAILED, COULD_NOT_RUN = 0, 1, 3
local GRACE_MS = 3000 -- for the requests under way at Ctrl-C: most are answered within a second

local M = { name = "apply", summary = "do what a job says, or go on with it", account = true,
  writes = true,
  arguments = { { "job", "A job file, of tether plan --out or tether undo --out.", type = "FILE" } },
  options = {
    { "--workers", "Have it written by workers (tether work), by way of this Redis server; none: alone again.",
      value = "ADDRESS" },
    { "--lease", "A worker that was not heard of for so long loses its batch.", value = "SECONDS", default = 60,
      convert = common.number(tonumber, "a number of seconds") },
    { "--tries", "A batch at which so many workers have failed is given up.", value = "N", default = 5,
      convert = common.number(math.tointeger) } },
  notes = [[
What has changed in the account since the plan is left alone, and listed by tether job. Whatever ends this, the same
command goes on; Ctrl-C ends it after the requests on their way. tether undo takes the job back. --dry-run reads what is
there now, and tells what is left to be written and what has changed since: "pending" of its JSON would be written.
With --workers redis://queue.internal:6379/0 this process sends nothing: it hands batches out and settles the file, and
may go away and come back; the workers go on with what they have meanwhile. tether job tells who is at work. A file of
--share-password-file is for the server of --share, which is that of --workers where it is left out.
Exit codes: 0 all is done, 1 some changes are not, 3 could not run or ended early, 130 ended by Ctrl-C.]],
  examples = { "tether apply x.job --dry-run", "tether apply x.job" },
  json = shape.object { { "done", "integer" }, { "already", "integer" }, { "drifted", "integer" },
    { "rejected", "integer" }, { "unknown", "integer" }, { "pending", "integer" },
    { "dry_run?", "boolean" } } }

-- Prints what has become of the job, for people or for programs.
local function print_report(options, out, report)
  if options.json then return answer.json(out, report, M.json) end
  out:write(plain.lines(tostring(report)), "\n")
end

local function end_code(report, watch)
  if report.stopped then return watch.code() or COULD_NOT_RUN end
  if report.dry_run then return OK end
  return report:fine() and OK or SOME_FAILED
end

-- Tells why the account, or the connection to it, has refused everything. The job can go on later.
local function early(options, problem, out, watch, shown)
  if not (errors.is(problem) and problem.outcome and problem.outcome.ended) then error(problem, 0) end
  print_report(options, out, problem.outcome)
  if watch.code() then return watch.code() end
  shown:say(tostring(problem))
  return COULD_NOT_RUN
end

-- The options of hub:apply.
local function how(options, hub, watch, shown)
  local so_far = { rows = 0, done = 0, before = 0, batches = 0, settled = 0 }
  local function show()
    local whole = math.max(so_far.rows, 1)
    shown:show { { "rows", so_far.done }, { ("of %s batches"):format(progress.number(so_far.batches)), so_far.settled },
      { "calls", hub:stats().requests }, before = so_far.before, part = so_far.done / whole,
      part_before = so_far.before / whole, quota = progress.quota(hub) }
  end
  local given = { stop = watch.stop, workers = options.workers, dry_run = options.dry_run, on_batch = show,
    on_progress = function(now)
      so_far = now
      show()
    end }
  if not options.workers or options.workers == "none" or options.dry_run then return given end
  given.lease, given.tries = options.lease, options.tries
  given.told = function(text) shown:say(text) end
  given.on_progress = function(now)
    shown:show { { "batches settled", now.settled }, { "handed out", now.handed_out }, { "workers", now.present } }
  end
  return given
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  if options.share_password_file and options.workers then account.share_by(options, options.workers) end
  local hub, portal, shown, guard = account.guarded(options, err, GRACE_MS,
    "stopping after the requests on their way; Ctrl-C again ends at once")
  local watch <close> = guard
  local fine, report = pcall(hub.apply, hub, options.job, how(options, hub, watch, shown))
  shown:finish()
  for _, notice in ipairs(hub.notices) do shown:say(notice) end
  if not fine then return early(options, report, out, watch, shown) end
  print_report(options, out, report)
  local code = end_code(report, watch)
  report:close()
  account.close(hub, portal)
  return code
end

return M
