--- tether do keep RULE: one tick of a rule that is kept true.
local account = require "tether.cli.account"
local answer = require "tether.cli.shown.answer"
local common = require "tether.cli.line.common"
local errors = require "tether.error"
local plain = require "tether.plain"
local shape = require "tether.cli.line.shape"

local M = { name = "do keep", summary = "keep a rule true: one tick, for cron", account = true,
  arguments = { { "rule", 'Lua file such as: return { workflow = "match", options = {} }', type = "FILE" } },
  options = {
    { "--state", "File that the rule has to itself; RULE.keep when left out.", value = "FILE" },
    { "--sweep", "Hours between two looks at all records; 24 when left out.", value = "HOURS",
      convert = common.number(tonumber, "a number") } },
  notes = [[
Records that have changed since the last tick are looked at, and once a day all. The rule's own writes are no reason to
look again. Exit codes: 0 fine, 1 some changes failed, 3 could not run, or another tick is at work.]],
  examples = { "tether do keep rule.lua" },
  json = shape.object { { "dirty", "integer" }, { "echoes", "integer" }, { "swept", "boolean" },
    { "changes", "integer" }, { "left", "integer" }, { "done?", "integer" } } }

local function read(path)
  local chunk, problem = loadfile(path, "t", {})
  if not chunk then errors.raise("FILE_FAILED", "cannot read the rule: " .. problem) end
  local fine, rule = pcall(chunk)
  if not fine then errors.raise("FILE_FAILED", "the rule fails: " .. tostring(rule), {
    hint = "correct the rule where the message names it; it has none of Lua's libraries" }) end
  if type(rule) == "table" then return rule end
  errors.raise("BAD_ARGUMENT", path .. " returns no rule", {
    hint = 'write return { workflow = "match", options = { … } }' })
end

local function show(options, out, result)
  result.done = result.report and result.report.done
  if options.json then return answer.json(out, result, M.json) end
  local whom = result.swept and "all records" or ("%d records, %d echoes"):format(result.dirty, result.echoes)
  out:write(plain.lines(("%s: %s, %d left"):format(whom, result.report and tostring(result.report) or "nothing to do",
    result.left)), "\n")
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  local rule = read(options.rule)
  rule.state, rule.sweep = options.state or rule.state or options.rule .. ".keep", options.sweep or rule.sweep
  return account.run(options, err, function(hub)
    local result = require("tether.workflows").keep(hub, rule)
    show(options, out, result)
    return result.report and not result.report:fine() and 1 or 0
  end)
end

return M
