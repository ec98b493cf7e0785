--- tether work ADDRESS: takes part in the jobs that others apply by workers.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local errors = require "tether.error"
local progress = require "tether.cli.shown.progress"
local shape = require "tether.cli.line.shape"

local OK = 0
local GRACE_MS = 10000 -- for the batch that this worker holds at Ctrl-C

local M = { name = "work", summary = "take part in jobs that are applied by workers", account = true,
  arguments = { { "address", "The Redis server: redis://host:6379/0, rediss:// or unix://; else $TETHER_SHARE.",
    optional = true } },
  options = {
    { "--job", "Only the job of this id.", value = "ID" },
    { "--drain", "End when no job is open." } },
  notes = [[
As many workers as wanted, on any machine, each with a token of its own for the account of the job; what they need to
know of it comes from Redis. They share the account's limits by the same server, unless --share or $TETHER_SHARE names
another one. The password of Redis stands in the file that --share-password-file names, in $TETHER_REDIS_PASSWORD, or
in the file that $TETHER_REDIS_PASSWORD_FILE names. Ctrl-C finishes the batch that is held, ten seconds at the most, or
gives it back; a worker that dies loses its batch to another one after the job's lease. What a job would change, tether
apply JOB --dry-run tells before anybody works at it.
Exit codes: 0 it was told to end by --drain or --job, 3 could not run or the account refuses all,
130 ended by Ctrl-C.]],
  examples = { "tether work redis://queue.internal:6379/0", "tether work redis://127.0.0.1:6379/0 --drain" },
  json = shape.object { { "batches", "integer" }, { "rows", "integer" } } }

local function address_of(options)
  local address = options.address or os.getenv "TETHER_SHARE" or ""
  if address ~= "" then return address end
  errors.raise("BAD_ARGUMENT", "work: the address of Redis is missing",
    { hint = "name it, as in tether work redis://host:6379/0, or set $TETHER_SHARE" })
end

local function print_done(options, out, done)
  if options.json then return answer.json(out, done, M.json) end
  out:write(("%d batches settled, %d rows\n"):format(done.batches, done.rows))
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  local address = address_of(options)
  account.share_by(options, address)
  local hub, portal, shown, guard = account.guarded(options, err, GRACE_MS,
    "finishing the batch that is held, or giving it back; Ctrl-C again ends at once")
  local watch <close> = guard
  local batches, rows = 0, 0
  local fine, done = pcall(hub.work, hub, address, { job = options.job, drain = options.drain, stop = watch.stop,
    told = function(text) shown:say(text) end,
    on_batch = function(batch)
      batches = batches + 1
      for name, number in pairs(batch.counts) do rows = rows + (name ~= "stopped" and number or 0) end
      shown:show { { "batches", batches }, { "rows", rows }, quota = progress.quota(hub) }
    end })
  shown:finish()
  if not fine and watch.code() then fine, done = true, { batches = batches, rows = rows } end
  if not fine then error(done, 0) end
  print_done(options, out, done)
  local code = watch.code() or OK
  account.close(hub, portal)
  return code
end

return M
