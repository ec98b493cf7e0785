--- Importing a file of links: read, resolved, sent and settled piece by piece, in constant memory.
local lazy = require "tether.lazy"
local check = require "tether.check"
local errors = require "tether.error"
local native = require "tether.native"
local rows = require "tether.files.rows"
local streams = require "tether.batches.streams"
local verify = lazy "tether.batches.verify"
local writer = lazy "tether.sets.writer"

local M = {}

local Report = { __name = "tether.import_report" }
Report.__index = Report

local known = { read = "boolean", verify = "any", keys = "table", create_labels = "boolean", failures = "any",
  on_progress = "function", piece = "integer", job = "string" }
for name, wanted in pairs(rows.options) do known[name] = wanted end

--- Whether every row is linked or unchanged.
function Report:fine()
  return self.rejected + self.unknown + self.not_sent == 0 and not self.stopped
end

function Report:__tostring()
  local lines = {}
  for _, name in ipairs { "linked", "unchanged", "skipped", "rejected", "unknown" } do
    if name ~= "skipped" or self.skipped > 0 then lines[#lines + 1] = ("%-9s %9d"):format(name, self[name]) end
  end
  for _, reason in ipairs(self:reasons()) do
    lines[#lines + 1] = ("  %7d %-15s %s"):format(reason.rows, reason.code, reason.first)
    lines[#lines + 1] = ("  %7s %-15s %s"):format("", "what to do:", reason.hint)
  end
  if self.no_link > 0 then
    lines[#lines + 1] = ("%-9s %9d  rows in which a side is empty"):format("no link", self.no_link)
  end
  for _, kind in ipairs(self.converted) do
    lines[#lines + 1] = ("%-9s %9d  %s"):format(kind.is_skipped and "passed" or "converted", kind.count, kind.text)
  end
  if self.stopped then
    lines[#lines + 1] = ("%-9s %9d%s"):format("not sent", self.not_sent, self.go_on_from and
      (" that were read, and what follows; go on with line %d"):format(self.go_on_from) or " that were read")
  end
  return table.concat(lines, "\n")
end

--- Why rows failed, the most frequent first.
-- @treturn {table,...} { code =, rows =, first = message, hint = what to do }
function Report:reasons()
  local list = {}
  for _, reason in pairs(self.by_code) do list[#list + 1] = reason end
  table.sort(list, function(a, b) return a.rows > b.rows or (a.rows == b.rows and a.code < b.code) end)
  return list
end

--- Raises ROWS_FAILED unless every row is linked or unchanged; what ended the import too early is raised as it is.
-- @treturn report itself
function Report:assert()
  if errors.is(self.stopped) then error(self.stopped, 0) end
  if self:fine() then return self end
  local first = self:reasons()[1]
  errors.raise("ROWS_FAILED", ("%d of %d rows failed%s"):format(self.rejected + self.unknown + self.not_sent, self.rows,
    first and "; the first: " .. first.first or ""))
end

local function new_report(session)
  local before = session.submitted
  return setmetatable({ calls_made = function() return session.submitted - before end, rows = 0, linked = 0,
    unchanged = 0, skipped = 0, rejected = 0, unknown = 0, not_sent = 0, calls = 0,
    batches = 0, no_link = 0, converted = {}, started_ms = native.clock_ms(), by_code = {} }, Report)
end

local function fail(self, row)
  local code = row.error.code
  self.by_code[code] = self.by_code[code] or
    { code = code, rows = 0, first = row.error.message, hint = row.error.hint or errors.codes[code] }
  self.by_code[code].rows = self.by_code[code].rows + 1
  if not self.failures or self.problem then return end
  local told, problem = pcall(self.failures, row)
  if not told then self.problem = problem end -- on a full disk, say: the import ends, and counts what it has sent
end

-- Sums up the counts of the stream and the source.
local function count(self, source, flow)
  self.rows = source.count + source.refused
  self.rejected = source.refused + flow.rejected
  for _, name in ipairs { "linked", "unchanged", "skipped", "unknown", "not_sent", "batches" } do
    self[name] = flow[name]
  end
  self.linked = self.linked + flow:linked_so_far()
  self.calls = self.calls_made()
  self.primaries = source.primaries
  local tally = source:tally()
  self.no_link, self.converted, self.long = tally.empty, tally.counted, tally.long
  self.done = self.linked + self.unchanged + self.skipped + self.rejected + self.unknown
  self.seconds = (native.clock_ms() - self.started_ms) / 1000
end

-- Refuses to write the failures into the file that is read, which would empty it.
local function refuse_the_source(path, given)
  local kind, key = native.file_facts(given)
  local _, source = native.file_facts(path == "-" and io.stdin or path)
  if kind == "file" and key == source then
    errors.raise("BAD_ARGUMENT", ("import.failures: %s is the file that is imported; name another one"):format(given))
  end
end

-- Refuses a file of failures that cannot be written, before anything is sent. Its content is not touched.
local function check_writable(path)
  local kind = native.file_facts(path)
  if kind == "other" then return end
  local file, problem = io.open(path, kind == "file" and "r+b" or "ab")
  if not file then errors.raise("FILE_FAILED", "cannot write " .. problem) end
  file:close()
  if kind ~= "file" then os.remove(path) end
end

local function failures_of(given, path)
  if given == nil then return nil, function() end end
  if type(given) == "function" then return given, function() end end
  refuse_the_source(path, check.type("import.failures", given, "string"))
  check_writable(given)
  local file
  return function(row)
    file = file or writer.failures(given)
    file:row(row)
  end, function() return file and file:close() end
end

-- Wraps a function of the script. An error of it ends the import in order, and is kept in `report.raised`.
local function guard(report, name, call)
  return function(...)
    if report.raised then return nil end
    local answers = table.pack(pcall(call, ...))
    if answers[1] then return table.unpack(answers, 2, answers.n) end
    report.raised = errors.of_callback("import." .. name, answers[2])
  end
end

local function guarded(report, options)
  local safe = {}
  for name, value in pairs(options) do
    safe[name] = value
    if type(value) == "function" then safe[name] = guard(report, name, value) end
  end
  return safe
end

-- Reports the progress: the rows that are settled so far.
local function progress(report, source, options, flow)
  count(report, source, flow.stream)
  report.part = source:part() and source:part() * report.done / math.max(1, report.rows)
  if options.on_progress then options.on_progress(report) end
end

-- Adds piece after piece until the end of the file, or until a function asks to stop.
local function run(report, source, options, flow)
  local signalled
  local function why()
    report.raised = report.raised or flow.stream.hub.session:take_fault()
    signalled = signalled or (options.stop ~= nil and options.stop()) -- once true, it stays true
    return report.raised or report.problem or (signalled and "signal") or nil
  end
  local function stop()
    local reason = why()
    if reason then flow.stream:stop(reason) end
    return flow.stream.stopped
  end
  report.signalled = function() return why() == "signal" end
  flow.stream.options.progress = function()
    stop()
    progress(report, source, options, flow)
  end
  for set in source:sets(options.piece or rows.PIECE) do
    if stop() then return flow.stream:not_added(set) end
    flow.stream:add(set)
  end
  stop()
  if source.stopped then flow.stream:stop "signal" end
end

-- Opens the streams that write the file's sets.
local function open_streams(report, hub, options, patience)
  local keys = options.keys and { none = options.keys.none, several = options.keys.several }
  return streams.open(hub, { read = options.read, verify = patience, keys = keys,
    create_labels = options.create_labels, fail = function(row) fail(report, row) end })
end

-- The line from which an import that ended early goes on: all rows before it are settled.
local function go_on_from(source, flow)
  local first = flow:least_line() or math.maxinteger
  if not source.finished then first = math.min(first, source.line + 1) end
  return first < math.maxinteger and first or nil
end

local function open_source(report, hub, path, options)
  local asked = {}
  function asked.refused(row)
    row.from_type, row.to_type = row.from_type or asked.from, row.to_type or asked.to
    fail(report, row)
    if options.refused then options.refused(row) end
  end
  for name in pairs(rows.options) do asked[name] = asked[name] or options[name] end
  if asked.from and asked.to then asked.from, asked.to = hub:object_type(asked.from), hub:object_type(asked.to) end
  return rows.open(path, asked, "import")
end

-- Waits for the batches under way, whatever has ended the import.
local function finish(flow, fine, problem)
  if not fine then flow:stop(problem) end
  local finished, late = pcall(flow.finish, flow)
  if fine and not finished then return finished, late end
  return fine, problem
end

-- The reason why the import ended. A request that was given up because of a signal counts as the signal.
local function cause_of(problem, signalled)
  local given_up = errors.is(problem) and problem.code == "CANCELLED"
  return given_up and signalled and signalled() and "signal" or problem
end

-- Fills the report with the final counts.
local function settle(report, source, flow, fine, problem)
  count(report, source, flow)
  report.stopped = report.raised or flow.stopped or (source.stopped and "signal") or (not fine and problem) or nil
  report.stopped = cause_of(report.stopped, report.signalled)
  if report.stopped then report.go_on_from = go_on_from(source, flow) end
  report.created, report.merged = flow:made()
  flow:close()
end

-- Returns the report, or raises: an error of the script's function, an error before any row was settled, and any error
-- that is not Tether's.
local function hand_over(report, fine, problem)
  local raised = report.raised
  local settled = report.batches + report.unchanged + report.skipped
  if not raised and not fine and report.stopped ~= "signal" and (settled == 0 or not errors.is(problem)) then
    raised = problem
  end
  if not raised then return report end
  if errors.is(raised) then raised.report = report end
  error(raised, 0)
end

-- Runs an import as a job, which can be resumed and undone. The same file and job go on where they were.
local function import_as_job(hub, path, options)
  local report = new_report(hub.session)
  options = guarded(report, options)
  local close_failures
  report.failures, close_failures = failures_of(options.failures, path)
  local fine, counts = pcall(require("tether.plan.import").run, hub, path, options, function(row) fail(report, row) end)
  close_failures()
  if not fine then error(report.raised or counts, 0) end
  for name, count_of in pairs(counts) do report[name] = count_of end
  report.calls, report.primaries, report.notices, report.created, report.merged = report.calls_made(), 0, {}, {}, {}
  report.done = report.linked + report.unchanged + report.rejected + report.unknown
  report.seconds = (native.clock_ms() - report.started_ms) / 1000
  if report.raised then error(report.raised, 0) end
  return report
end

--- Imports links from a file, CSV or JSON lines: what is there stays, as with associate. Memory does not depend on
-- the file's length; batches are full over the whole file.
--
-- What the pairs have is read before they are written (ceil(records / 1,000) calls a piece of 20,000 rows), so that a
-- row is unchanged where nothing has to be done, and labels that are there stay whichever way the account treats a
-- write.
-- `read = false` leaves that out: fewer calls, for records whose links nobody else has labelled.
-- @tparam table hub
-- @tparam string|file|function path a path, "-" for standard input, an open file, or a function that returns the next
--   piece of text, nil at the end
-- @tparam[opt] table options those of tether.rows (from, to, columns, label, keys, ids_separator, primary,
--   first_line), and read, verify (true or seconds), create_labels (true: missing ones are made); keys has their
--   rules as well, failures (a path, or a function told of each row that is not done),
--   job (the path of a job file: the import is planned into it first, goes on from it when it is there, and is taken
--   back by hub:undo; rows that are not understood are told, the others go on),
--   piece (rows that are read, compared and sent at once: 20,000; less of them need less memory and more calls),
--   on_progress (told the report again and again: `done` rows are settled, `part` of the file, nil for a pipe)
-- @treturn report rows (links that the file has), linked, unchanged, skipped (by the rules for keys), rejected,
--   unknown, not_sent, no_link (rows in which a side is empty), converted ({ text =, count = }, …), calls (all that
--   were made, look-ups of keys and labels included), batches, seconds; primaries: rows whose primary was not heeded,
--   since primary = true did not ask for it; created: labels that were made; stopped: the error, or "signal", that
--   ended it early, and go_on_from: the line to begin with next time; notices: what people are to be told of the
--   file; tostring tells it
-- @raise what refuses the file before a row is settled, and what a function of the script's has raised, once what was
--   on its way is settled; the error has the `report`
function M.import(hub, path, options)
  options = check.options("import", options, known)
  if options.job then return import_as_job(hub, path, options) end
  check.count("import.piece", options.piece, 1, true)
  local report = new_report(hub.session)
  options = guarded(report, options)
  local patience = options.verify and verify.patience("import", options.verify)
  local close_failures
  report.failures, close_failures = failures_of(options.failures, path)
  local source <close> = open_source(report, hub, path, options)
  report.notices = source.notices
  local flow = { stream = open_streams(report, hub, options, patience) }
  hub.session:take_fault() -- forgets an error that a listener has raised before
  local fine, problem = pcall(run, report, source, options, flow)
  fine, problem = finish(flow.stream, fine, problem)
  settle(report, source, flow.stream, fine, problem)
  local closed, late = pcall(close_failures)
  report.stopped = report.stopped or report.problem or (not closed and late) or nil
  return hand_over(report, fine, problem)
end

return M
