--- A plan as a page, for people who must agree to it: the number of changes of each kind, and the first rows of each.
local number = require("tether.plain").number
local page = require "tether.pictures.page"

local M = {}

local ROWS = 20 -- rows shown of each kind

-- The kinds in the order in which a plan is applied, with the words for people.
local KINDS = { { "label", "Labels to make" }, { "rename", "Labels to rename" },
  { "delete_label", "Labels to delete" }, { "limit", "Limits to set" },
  { "create", "Records to make" }, { "update", "Records to change" },
  { "link", "Links to make" }, { "relabel", "Links to get other labels" }, { "primary", "Primaries to move" },
  { "unlink", "Links to remove" }, { "archive", "Records to archive" },
  { "blocked", "Not done: a limit forbids it" }, { "conflict", "Left alone: changed since" },
  { "left", "Left as they are" }, { "drifted", "Left alone: changed meanwhile" }, { "rejected", "Refused" } }

local function words(labels)
  if not labels then return "no link" end
  return #labels == 0 and "linked, no label" or table.concat(labels, "; ")
end

local function properties_of(change)
  local parts = {}
  for name, value in pairs(change.properties or {}) do parts[#parts + 1] = ("%s = %s"):format(name, value) end
  table.sort(parts)
  return table.concat(parts, ", ")
end

local function place(object_type, id)
  if not id or id == 0 then return "" end
  return object_type and ("%s:%s"):format(object_type, id) or tostring(id)
end

local function row_of(change)
  if change.text then return { place(change.from_type, change.from), place(change.to_type, change.to), change.text } end
  if not change.to then return { place(change.from_type, change.from), change.to_type or "", properties_of(change) } end
  return { place(change.from_type, change.from), place(change.to_type, change.to), words(change.before),
    words(change.after) }
end

-- Gathers the first rows of each kind and their number in one walk over the plan, however large it is.
local function gather(plan)
  local kinds = {}
  for change in plan:changes() do
    local kind = kinds[change.action]
    if not kind then
      kind = { count = 0, rows = {} }
      kinds[change.action] = kind
    end
    kind.count = kind.count + 1
    if #kind.rows < ROWS then kind.rows[#kind.rows + 1] = row_of(change) end
  end
  return kinds
end

local headers = { [3] = { "record", "with", "what" }, [4] = { "record", "with", "before", "after" } }

local function write_kind(shown, title, kind)
  shown:heading(("%s: %s"):format(title, number(kind.count)))
  shown:table(headers[#kind.rows[1]], kind.rows)
  local further = kind.count - #kind.rows
  if further > 0 then shown:text(("and %s more"):format(number(further)), "soft") end
end

local function write_cost(shown, plan)
  if #plan == 0 then return shown:text "Nothing would change." end
  local share = plan.share and (", %.1f %% of a day's calls"):format(plan.share * 100) or ""
  local time = plan.seconds < 90 and ("%d s"):format(math.max(1, math.ceil(plan.seconds))) or
    ("%d min"):format(math.ceil(plan.seconds / 60))
  shown:text(("Nothing is written yet. Applying takes %s calls%s, about %s."):format(number(plan.calls), share, time))
end

--- Writes the page.
-- @tparam plan plan
-- @tparam table facts made = text of the time, job = the file that it is saved in, or nil
-- @tparam function out called with each piece
function M.write(plan, facts, out)
  local shown = page.new("What would change", out)
  shown:text(("Account %s, %s. Plan %s"):format(plan.account ~= "" and plan.account or "unknown", facts.made, plan.id),
    "soft")
  write_cost(shown, plan)
  local kinds, tiles = gather(plan), {}
  for _, named in ipairs(KINDS) do
    local kind = kinds[named[1]]
    if kind then tiles[#tiles + 1] = { number(kind.count), named[2] } end
  end
  if plan.right > 0 then tiles[#tiles + 1] = { number(plan.right), "right already" } end
  if #tiles > 0 then shown:tiles(tiles) end
  for _, named in ipairs(KINDS) do
    if kinds[named[1]] then write_kind(shown, named[2], kinds[named[1]]) end
  end
  for _, label in ipairs(plan.imagined or {}) do
    shown:text("A label that the account lacks, and that must be made first: " .. label, "warn")
  end
  if facts.job then
    shown:heading "To apply it"
    shown:text(("tether apply %s"):format(facts.job))
    shown:text("Rows that have changed until then are left alone; tether undo takes it back.", "soft")
  end
  shown:finish()
end

return M
