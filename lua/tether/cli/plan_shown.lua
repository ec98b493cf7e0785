--- How the commands that make or look at plans show them: the counts first, then a list, or JSON for programs.
local json = require "tether.json"
local plain = require "tether.plain"

local M = {}

local NOTHING, CHANGES = 0, 2

--- Declares the arguments.
function M.arguments(parser)
  parser:option("--list", "Show so many changes after the counts.", "20"):argname "N"
    :convert(require("tether.cli.account").number("--list", math.tointeger))
  parser:flag("--json", "Lines of JSON: the counts, then each change.")
end

local function words(labels)
  if not labels then return "no link" end
  return #labels == 0 and "linked" or table.concat(labels, "; ")
end

local function line_of(change)
  local place = ("%-9s %d -> %d"):format(change.action, change.from, change.to)
  if change.text then return ("%s  %s"):format(place, change.text) end
  local what = ("%s  %s => %s"):format(place, words(change.before), words(change.after))
  return change.result == "pending" and what or ("%s  (%s)"):format(what, change.result)
end

local function write_json(out, facts, changes)
  out:write(json.encode(facts), "\n")
  for change in changes do out:write(json.encode(change), "\n") end
end

local function write_list(out, changes, most)
  local shown, left = 0, 0
  for change in changes do
    if shown < most then
      out:write("  ", plain.line(line_of(change)), "\n")
      shown = shown + 1
    else
      left = left + 1
    end
  end
  if left > 0 then out:write(("  and %d more\n"):format(left)) end
end

--- Writes what is to be told of a job.
-- @tparam table options of the command: list, json
-- @param out
-- @tparam string text the counts, for people
-- @tparam table facts the counts, for programs
-- @tparam function changes iterator
function M.write(options, out, text, facts, changes)
  if options.json then return write_json(out, facts, changes) end
  out:write(plain.lines(text), "\n")
  write_list(out, changes, options.list)
end

local COUNTS = { "id", "kind", "account", "wanted", "link", "relabel", "unlink", "primary", "right", "blocked",
  "conflict", "present", "reads", "writes", "calls", "seconds", "share" }

--- Shows a plan, and saves it where that was asked for.
-- @treturn integer exit code: 0 nothing would change, 2 something would
function M.plan(options, out, plan)
  local facts = {}
  for _, name in ipairs(COUNTS) do facts[name] = plan[name] end
  M.write(options, out, tostring(plan), facts, plan:changes())
  if options.out then plan:save(options.out) end
  return #plan == 0 and NOTHING or CHANGES
end

return M
