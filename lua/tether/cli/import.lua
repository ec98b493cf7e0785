--- tether import FILE: links from CSV or JSON lines into an account.
local account = require "tether.cli.account"
local errors = require "tether.error"
local plain = require "tether.plain"
local progress = require "tether.cli.progress"

local M = { name = "import", summary = "import links from a file: CSV, XLSX or JSON" }

local OK, SOME_FAILED, COULD_NOT_RUN = 0, 1, 3

local GRACE_MS = 3000 -- for the batches that are on their way at Ctrl-C: most are answered within a second

-- A column is a header name or a position.
local function column(text)
  return math.tointeger(tonumber(text)) or text
end

local function label_column(text)
  if text:lower() == "none" then return false end
  return column(text)
end

local function reading_arguments(parser)
  parser:argument("file", "CSV, XLSX, JSON (lines, arrays, answers of the API), plain or packed; - is standard input.")
  parser:option("--from", "Object type of the from side: contacts, company, 0-3, …"):argname "TYPE"
  parser:option("--to", "Object type of the to side."):argname "TYPE"
  parser:option("--label", "Label of the rows that name none; again for several."):argname "LABEL":count "*"
  parser:option("--from-column", "Header name, position or JSON key of the from id."):argname "COLUMN":convert(column)
  parser:option("--to-column", "The same of the to id."):argname "COLUMN":convert(column)
  parser:option("--label-column", "The same of the label; none: no column has labels."):argname "COLUMN"
    :convert(label_column)
  parser:option("--from-key", "The cells of the from side are values of this property, such as email.")
    :argname "PROPERTY"
  parser:option("--to-key", "The same of the to side, such as domain."):argname "PROPERTY"
  parser:option("--separator", "Between several labels of one cell.", ";"):argname "CHARACTER"
  parser:option("--ids-separator", "Between several ids of one cell; none; else where the header says IDs.")
    :argname "CHARACTER"
  parser:option("--header-line", "Line of the header, when titles stand above it."):argname "N"
    :convert(account.number("--header-line", math.tointeger))
  parser:option("--format", "csv or jsonl; else by the file's name or its first byte."):choices { "csv", "jsonl" }
  parser:option("--sheet", "Of a workbook, or file of a ZIP file: its name, or its number from 1."):argname "SHEET"
  parser:option("--encoding", "utf-8, utf-16 or windows-1252; else by the first bytes."):argname "NAME"
  parser:option("--first-line", "Pass over the rows of earlier lines: go on with an import."):argname "N"
    :convert(account.number("--first-line", math.tointeger))
end

local EPILOG = [[
Columns are found by their names ("Record ID", "Associated Company IDs", contact_id, from, to, label); what was taken
for what is told in one line. A cell may have several ids, a link each; an empty one is no link.
The account is that of $HUBSPOT_TOKEN, at $TETHER_URL or https://api.hubapi.com.
Rows have two ids (or keys such as email=jane@example.com) and may have labels; lines such as
{"from":"contacts:1","to":"companies:2"} name the object types themselves, so that --from and --to can be left out.
In a cell of labels 279 and USER_DEFINED:7 are type ids, "279" in quotes is a label.
What the pairs have is read before they are written; --blind leaves that out. --preflight tells what either costs.
Ctrl-C ends after the batches on their way, three seconds at the most, and tells the line to go on from; a second one
ends at once.
Example: tether import links.csv --from contacts --to companies --failures failed.csv]]

--- Declares the arguments.
function M.arguments(parser)
  reading_arguments(parser)
  parser:flag("--preflight --dry-run", "Send nothing: tell rows, duplicates, bad ids, labels, calls and minutes.")
  parser:option("--tier", "Whose rate limits preflight counts with."):argname "TIER"
  parser:flag("--blind", "Do not read what the pairs have before writing: fewer calls.")
  parser:flag("--verify", "Read back what was written.")
  parser:flag("--create-labels", "Make the labels that the account does not have.")
  parser:flag("--primary", "Move the primary to the rows that say so (column primary, label Primary).")
  parser:option("--missing", "What a key that no record has becomes.", "error"):choices { "error", "skip", "create" }
  parser:option("--failures", "Write the rows that are not done here; the file can be imported again."):argname "FILE"
  account.arguments(parser)
  parser:epilog(EPILOG)
end

local function read_options(options)
  local columns = { from = options.from_column, to = options.to_column, label = options.label_column }
  return { from = options.from, to = options.to, columns = columns, label = #options.label > 0 and options.label or nil,
    format = options.format, separator = options.separator, ids_separator = options.ids_separator,
    encoding = options.encoding, sheet = options.sheet, header_line = options.header_line, primary = options.primary,
    keys = { from = options.from_key, to = options.to_key, none = options.missing }, first_line = options.first_line }
end

local function facts_of(report, hub)
  return { { "rows", report.done }, { "batches", report.batches }, { "calls", report.calls }, part = report.part,
    quota = progress.quota(hub) }
end

local function end_code(report, watch, shown)
  if report.stopped and report.stopped ~= "signal" then
    shown:say(tostring(report.stopped))
    return COULD_NOT_RUN
  end
  if report.stopped then return watch.code() or COULD_NOT_RUN end
  return report:fine() and OK or SOME_FAILED
end

-- Labels that were made stay made, whatever has ended the import.
local function tell_created(shown, report)
  for _, label in ipairs(report.created) do shown:say(("created the label %q"):format(label)) end
end

local function import(options, out, err)
  local hub, portal = account.connect(options)
  local shown = progress.new(err, options)
  local watch <close> = account.watch(function()
    shown:say "stopping after the batches on their way; Ctrl-C again ends at once"
  end)
  watch.guard(hub, GRACE_MS)
  account.tell_retries(hub, function(text) shown:say(text) end, watch)
  local given = read_options(options)
  given.read, given.verify, given.create_labels = not options.blind, options.verify, options.create_labels
  given.failures, given.stop = options.failures, watch.stop
  given.told = function(text) if not options.quiet then shown:say(text) end end
  given.on_progress = function(report) shown:show(facts_of(report, hub)) end
  local fine, report = pcall(hub.import, hub, options.file, given)
  if not fine then
    if errors.is(report) and report.report then tell_created(shown, report.report) end
    error(report, 0)
  end
  shown:show(facts_of(report, hub), true)
  shown:finish()
  if report.primaries > 0 then
    shown:say(("%d rows say that they are the primary; it is moved by --primary alone"):format(report.primaries))
  end
  if report.long then shown:say(report.long) end
  tell_created(shown, report)
  for _, list in ipairs { report.notices, hub.notices } do
    for _, notice in ipairs(list) do shown:say(notice) end
  end
  out:write(plain.lines(tostring(report)), "\n")
  local code = end_code(report, watch, shown)
  hub:close()
  if portal then portal:close() end
  return code
end

local function preflight(options, out)
  local given = read_options(options)
  given.tier = options.tier
  local found = require("tether.files.preflight")(options.file, given)
  out:write(plain.lines(tostring(found)), "\n")
  return found.refused == 0 and OK or SOME_FAILED
end

--- Imports, or tells what an import would be.
-- @treturn integer exit code
function M.run(options, out, err)
  if options.preflight then return preflight(options, out) end
  return import(options, out, err)
end

return M
