--- The figures of a pair of object types as a page.
local charts = require "tether.pictures.charts"
local colours = require "tether.pictures.colours"
local page = require "tether.pictures.page"

local M = {}

local number = require("tether.plain").number

local function by_count(labels)
  local rows = {}
  for label, count in pairs(labels) do rows[#rows + 1] = { label, count } end
  table.sort(rows, function(a, b) return a[2] > b[2] or (a[2] == b[2] and a[1] < b[1]) end)
  return rows
end

local LABELS_MOST = 60 -- an account has 50 a pair at most

local function write_labels(out, side, colour)
  out:heading(("Links by label, %s to %s"):format(side.from, side.to))
  local rows = by_count(side.labels)
  for i = LABELS_MOST + 1, #rows do rows[i] = nil end
  rows[#rows + 1] = { "(no label)", side.unlabeled }
  if side.primary > 0 then rows[#rows + 1] = { "(primary)", side.primary } end
  out:element(charts.bars(rows, colour))
  out:text("A link with two labels counts under both.", "soft")
end

local function write_degrees(out, side, colour)
  out:heading(("%s by their number of %s"):format(side.from, side.to))
  local rows = {}
  for i, degree in ipairs(side.degrees) do rows[i] = { degree.links, degree.records } end
  out:element(charts.bars(rows, colour))
end

local function list_of(ids)
  local texts = {}
  for i, id in ipairs(ids) do texts[i] = ("%d"):format(id) end
  return table.concat(texts, ", ")
end

local function write_without(out, side)
  out:heading(("%s without %s"):format(side.from, side.to))
  if side.without == 0 then return out:text("None: each has a link.", "soft") end
  out:text(("%s of %s. The first by id: %s%s"):format(number(side.without), number(side.records),
    list_of(side.without_samples), side.without > #side.without_samples and ", …" or ""))
end

local function write_primaries(out, side)
  if side.primary == 0 or side.to ~= "companies" then return end
  out:heading("Primaries of " .. side.from)
  out:text(("%s of %s linked %s have a primary."):format(number(side.with_primary), number(side.linked), side.from))
  if side.with_primary < side.linked then
    out:text("Without one, the first by id: " .. list_of(side.no_primary_samples))
  end
  if side.several_primaries > 0 then
    out:text(("%s have more than one: %s"):format(number(side.several_primaries),
      list_of(side.several_primaries_samples)), "warn")
  end
end

local function write_limits(out, side)
  if #side.limits == 0 then return end
  out:heading(("Limits of %s to %s"):format(side.from, side.to))
  local rows = {}
  for _, limit in ipairs(side.limits) do
    local samples = {}
    for i, record in ipairs(limit.samples) do samples[i] = ("%d (%d)"):format(record.id, record.links) end
    rows[#rows + 1] = { limit.label or "all links", limit.most, limit.at_limit, limit.near_limit,
      table.concat(samples, ", ") }
  end
  out:table({ "limit of", "at most", "records at it", "near it (80 %)", "records, with their links" }, rows)
end

local function write_most(out, side)
  if #side.most == 0 then return end
  out:heading(("%s with the most %s"):format(side.from, side.to))
  local rows = {}
  for i, record in ipairs(side.most) do rows[i] = { ("%d"):format(record.id), record.links } end
  out:table({ "id", "links" }, rows)
end

local function write_since(out, found, path)
  if not found.since then return end
  out:heading("What has changed since the backup")
  out:text(path, "soft")
  local since = found.since
  out:table({ "links added", "removed", "relabeled", "primaries moved", "unchanged" },
    { { since.added, since.removed, since.relabeled, since.primary, since.same } })
  if since.definitions > 0 then
    out:text(("%d labels or limits differ: tether diff tells them."):format(since.definitions), "warn")
  end
end

--- Writes the page.
-- @tparam table found as tether.pictures.figures tells it
-- @tparam table facts account = id or nil, made = text of the time, since = path of the backup or nil
-- @tparam function out called with each piece
function M.write(found, facts, out)
  local shown = page.new(("%s and %s"):format(found.from, found.to), out)
  local colour = colours.of { found.from, found.to }
  shown:text(("%s%s"):format(facts.account and ("Account %s, "):format(facts.account) or "", facts.made), "soft")
  local tiles = { { number(found.links), "links" } }
  for _, side in ipairs(found.sides) do
    tiles[#tiles + 1] = { number(side.records), side.from }
    tiles[#tiles + 1] = { number(side.without), ("%s without %s"):format(side.from, side.to) }
  end
  shown:tiles(tiles)
  write_since(shown, found, facts.since)
  for _, side in ipairs(found.sides) do
    write_labels(shown, side, colour[side.from])
    write_degrees(shown, side, colour[side.from])
    write_without(shown, side)
    write_primaries(shown, side)
    write_limits(shown, side)
    write_most(shown, side)
  end
  shown:text("Made by tether report.", "soft")
  shown:finish()
end

return M
