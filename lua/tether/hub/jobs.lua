--- Verbs on jobs: plan, apply, undo. Their first call loads the modules they need, so that programs without jobs do not
-- load SQLite.
local check = require "tether.check"

local M = {}

--- Plans what would make the account agree with links. The account is read, nothing is written to it.
-- @function plan
-- @param wanted a links set, an array of them, or a file as hub:import takes it
-- @tparam[opt] table options those of tether.rows for a file, and
--   scope: "pairs" (only what is named), "from", "to" (all links of every record that is named on that side) or "all";
--   labels: "at least", "exactly", or a list of labels: only these are mine;
--   prune (true: links of the scope that are not named are removed; of managed labels only these, never the link);
--   most_removals (100): how many links prune may remove, a number or "10%" of those in the scope;
--   primary (true: the primary moves where the rows say so; "exactly": and records whose rows name none have none);
--   keys: rules as for import, without create;
--   lost (a function told of each row that cannot be understood, which else refuse the plan);
--   imagine_labels (true: labels of a file that the account lacks are taken as if it had them: such a plan is looked at
--   alone, neither saved nor applied; `imagined` lists them);
--   piece (changes that are read again, written and settled at once: 20,000); on_progress (told the counts so far)
-- @treturn plan its counts are fields: link, relabel, unlink, primary, right, blocked, reads, writes, seconds, share;
--   plan:changes() iterates, plan:save(path) keeps it, tostring tells it
-- @raise PLAN_REFUSED: rows that cannot be understood or contradict each other, nothing wanted under prune, more
--   removals than most_removals; BAD_ARGUMENT, OPTION_UNKNOWN, and what the account refuses
function M.plan(hub, wanted, options)
  return require("tether.plan.make").make(hub, wanted, options)
end

--- Applies a plan or a job file. A job that was begun goes on: what was sent and not settled is settled by reading.
--
-- What has changed since the plan is left alone and listed (drifted). Each batch is marked as sent in the file before
-- its first byte goes out, and as settled behind its last row, so that a killed process loses nothing.
-- @function apply
-- @param job a plan, or the path of a job file
-- @tparam[opt] table options on_batch = function(outcome) is told of each request; stop = function() is asked before
--   each batch of the job: true ends it, to be gone on with later; dry_run = true: what applying would do now is read,
--   and nothing is written, to the account or to the file: `pending` would be written;
--   on_progress = function({ rows =, done =, before =, batches =, settled = }) is told behind each batch: `before` rows
--   were done by an earlier run;
--   workers = "redis://host:6379/0": the batches are written by workers (hub:work), and the file is settled here;
--   "none": alone again, when no worker is at it any more; with workers: lease (60: seconds after which a worker that
--   was not heard of loses its batch), tries (5: workers that may fail at a batch before it is given up),
--   told = function(text), on_progress = function({ workers =, present =, handed_out =, settled = })
-- @treturn report done, already, drifted, rejected, unknown, pending: numbers of changes; report:changes(), :assert(),
--   :fine(), :ended(); stopped = "signal"
-- @raise JOB_ENDED (it was applied to its end), JOB_BUSY (another process is at it), JOB_ACCOUNT, JOB_FILE; what the
--   account, or the line to it, refuses all for: `outcome` is the report, and the job goes on by hub:apply
function M.apply(hub, job, options)
  local workers = type(options) == "table" and options.workers
  if workers and workers ~= "none" and not options.dry_run then
    return require("tether.work.apply").apply(hub, job, options)
  end
  return require("tether.plan.apply").apply(hub, job, options)
end

--- Works at the jobs of this account that others apply by workers: takes batches from Redis, writes them by this hub's
-- own token, and gives the results back. As many processes on as many machines as wanted; one that dies loses nothing.
-- @function work
-- @tparam string address of Redis: "redis://host:6379/0", "rediss://…" or "unix:///path"; the password stands in
--   $TETHER_REDIS_PASSWORD, or in the file that $TETHER_REDIS_PASSWORD_FILE names, or where the hub shares its quota by
--   this server, in its share_password_file; authorities are the hub's ca_file and ca_folder
-- @tparam[opt] table options job (an id: this one alone), drain (true: it returns when no job is open),
--   stop = function() is asked between two batches, and while there is nothing to do: true ends it;
--   on_take = function({ job =, batch =, epoch =, lease = }), on_batch = function({ batch =, lease =, counts = }),
--   told = function(text)
-- @treturn table batches, rows: how many were settled here
-- @raise REDIS_FAILED, REDIS_LOST (at the start: later it is waited for), JOB_ACCOUNT, JOB_ENDED (there is no such
--   job), and what the account refuses all for; what it held goes to others then
function M.work(hub, address, options)
  return require("tether.work.apply").work(hub, address, options)
end

--- Plans to take a job back, from what is there now. Labels, primaries and links that were there before the job stay as
-- they were; what somebody else has changed since is a conflict, listed and left alone. Nothing is written.
-- @function undo
-- @param job a plan that was applied, or the path of a job file
-- @treturn plan whose undoing, once it is applied, is the job again
-- @raise JOB_ACCOUNT, JOB_FILE
function M.undo(hub, job)
  return require("tether.plan.undo").undo(hub, job)
end

--- Keeps every write of links from now on in a job file, with what was there before and after: associate, relabel,
-- unlabel, dissociate, the primary, imports, links of created records. `hub:undo` takes it back. Each write costs two
-- reads more. `connect { journal = path }` does the same.
-- @function journal
-- @tparam ?string path of a new file, or of a journal of this account, which goes on; nil: nothing is kept any more
-- @raise at the first write JOB_ACCOUNT, JOB_BUSY, JOB_FILE, FILE_FAILED: it is not sent then
function M.journal(hub, path)
  if hub.recorder then hub.recorder:close() end
  hub.recorder = path and require("tether.plan.journal").new(hub, check.type("journal", path, "string")) or nil
end

return M
