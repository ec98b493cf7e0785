local csv = require "tether.files.csv"
local files = require "spec.support.files"
local tether = require "tether"

local DATA = "examples/data/"
local NAMES = { "contacts.csv", "companies.csv", "links.csv", "wrong_rows.csv" }
local LABELS = { "Decision maker", "Billing contact", "Contractor", "Toy tester" }

local function by_id(name)
  local found, count, above = {}, 0, 0
  for row in csv.rows(DATA .. name) do
    local id = tether.id(row.id)
    assert(not found[id])
    found[id], count, above = row, count + 1, above + (id > 1 << 53 and 1 or 0)
    assert(#row.id >= 11 and #row.id <= 16)
  end
  return found, count, above
end

local function expected_lines()
  local odd = {}
  for row in csv.rows(DATA .. "wrong_rows.csv") do odd[math.tointeger(row.line)] = row.expected end
  return odd
end

-- What becomes of a row, as wrong_rows.csv calls it; nil: nothing is odd about it.
local function verdict(row, contacts, companies, seen)
  local fine, from = pcall(tether.id, row.from)
  local also, to = pcall(tether.id, row.to)
  if not fine or not also then return "bad id" end
  if not contacts[from] or not companies[to] then return "unknown" end
  local label, pair = row.label:lower(), ("%d %d"):format(from, to)
  local known = seen[pair]
  seen[pair] = known or {}
  local repeated = known and (known[label] or label == "")
  seen[pair][label] = true
  return repeated and "repeat" or nil
end

describe("the sample data", function()
  it("is what its generator makes, in files that are pleasant to look at", function()
    local folder = os.tmpname()
    os.remove(folder)
    assert(os.execute(("mkdir %s && lua5.4 examples/data/generate.lua %s"):format(folder, folder)))
    for _, name in ipairs(NAMES) do
      local text = files.content(DATA .. name)
      assert.is_true(text == files.content(folder .. "/" .. name), name .. " is not what generate.lua makes")
      assert.is_true(#text < 400 * 1024)
    end
    assert(os.execute("rm -r " .. folder))
  end)

  it("has 2,400 contacts and 620 companies, some above 2^53 and neighbours there", function()
    local contacts, count, above = by_id "contacts.csv"
    assert.same({ 2400, 11 }, { count, above })
    assert.is_truthy(contacts[9007199254740992] and contacts[9007199254740993])
    local companies
    companies, count, above = by_id "companies.csv"
    assert.same({ 620, 12 }, { count, above })
    for id in pairs(companies) do assert.is_nil(contacts[id]) end
  end)

  it("has 5,400 links that are fine, and odd rows each where and as wrong_rows.csv says", function()
    local contacts, companies, odd, seen = by_id "contacts.csv", by_id "companies.csv", expected_lines(), {}
    local counts, labels = { good = 0 }, {}
    local function count(line, found)
      local expected = odd[line]
      local same = found == expected or (found == nil and expected == "fine")
      assert(same, ("links.csv, line %d: %s, expected %s"):format(line, found, expected))
      counts[expected or "good"] = (counts[expected or "good"] or 0) + 1
      odd[line] = nil
    end
    local options = { columns = { from = "Contact ID", to = "Company ID", label = "Label" }, trim = true,
      broken = function(err) count(err.place, "broken") end }
    for row, line in csv.rows(DATA .. "links.csv", options) do
      count(line, verdict(row, contacts, companies, seen))
      if pcall(tether.id, row.from) and pcall(tether.id, row.to) then labels[row.label:lower()] = true end
    end
    for line, expected in pairs(odd) do assert.equal("skipped", expected, "line " .. line) end
    assert.same({ good = 5400, broken = 9, fine = 16, unknown = 9, ["repeat"] = 5, ["bad id"] = 41 }, counts)
    assert.is_true(labels[""])
    labels[""] = nil
    for _, label in ipairs(LABELS) do labels[label:lower()] = nil end
    assert.is_nil(next(labels))
  end)
end)
