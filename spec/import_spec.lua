-- The import of a file as real files are: examples/data/wrong_rows.csv says what becomes of each of its wrong rows.
local files = require "spec.support.files"
local tether = require "tether"
local csv = require "tether.files.csv"

local DATA = "examples/data/"

local function given_portal()
  local portal = tether.portal()
  for row in csv.rows(DATA .. "contacts.csv") do portal:seed("contacts", tether.id(row.id)) end
  for row in csv.rows(DATA .. "companies.csv") do portal:seed("companies", tether.id(row.id)) end
  return portal, tether.connect { url = portal.url, token = portal.token }
end

local function read(path, refused)
  return tether.links.read(path, { from = "contacts", to = "companies",
    columns = { from = { "Contact ID", "from" }, to = { "Company ID", "to" } },
    refused = function(row) refused[#refused + 1] = row end })
end

-- What an import makes of odd rows that a program which takes cells as they are refuses: kind -> patterns of the row's
-- text, each with its outcome, "-" for no link at all.
local CONVERTED = {
  ["id empty"] = { { "", "-" } }, ["id of blanks"] = { { "", "-" } }, ["separators alone"] = { { "", "-" } },
  ["header again"] = { { "", "-" } },
  letters = { { ",n/a,", "-" } },
  float = { { "^101%.0", "NOT_FOUND" }, { "%.0,", "linked" } },
  ["thousands separators"] = { { "", "NOT_FOUND" } },
  ["address of the record for an id"] = { { "", "linked" } },
  ["sign, zeros or apostrophe in front"] = { { "^'", "linked" }, { '^="', "linked" } },
  ["too few fields"] = { { "^%d+,%d+$", "linked" }, { "^%d+$", "-" }, { ";", "BAD_ID" } },
}

local function outcome_of(row)
  local wanted = { ["bad id"] = "BAD_ID", broken = "CSV_BROKEN", unknown = "NOT_FOUND", fine = "linked",
    ["repeat"] = "linked" }
  for _, rule in ipairs(CONVERTED[row.kind] or {}) do
    if row.what:find(rule[1]) then return rule[2] ~= "-" and rule[2] or nil end
  end
  return wanted[row.expected]
end

describe("an import", function()
  local portal, hub
  before_each(function() portal, hub = given_portal() end)
  after_each(function() hub:close() portal:close() end)

  it("settles every row of a real file as it deserves, in the fewest calls", function()
    local refused = {}
    local links = read(DATA .. "links.csv", refused)
    assert.same({ "Billing contact", "Contractor", "Decision maker", "Toy tester" }, links:labels())
    for _, label in ipairs(links:labels()) do hub.labels:ensure("contacts", "companies", label) end
    portal:clear_log()
    local outcome = hub:associate(links)
    local writes = 0
    for _, request in ipairs(portal:log()) do writes = writes + (request.path:find "batch/create" and 1 or 0) end
    assert.equal(3, writes) -- ceil(5,4xx / 2,000)

    local at = {}
    for _, row in ipairs(refused) do at[row.line] = row.error.code end
    for row = 1, #outcome do at[links.lines[row]] = outcome:state(row) end
    for row in outcome:failures() do at[links.lines[row.row]] = row.error.code end
    local wrong = 0
    for row in csv.rows(DATA .. "wrong_rows.csv") do
      assert.equal(outcome_of(row), at[tonumber(row.line)], ("line %s: %s"):format(row.line, row.kind))
      wrong = wrong + 1
    end
    assert.is_true(wrong > 60)
    assert.equal(0, outcome.unknown + outcome.pending)
    for row in outcome:failures() do assert.matches("No %a+ with ID %d+ exists", row.error.message) end
  end)

  it("writes a failure file that can be fed back once its cause is gone", function()
    local refused, path = {}, os.tmpname()
    local links = read(DATA .. "links.csv", refused)
    for _, label in ipairs(links:labels()) do hub.labels:ensure("contacts", "companies", label) end
    local outcome = hub:associate(links, { read = false })
    local first = outcome.rejected
    assert.equal(first + #refused, outcome:write(path, refused))
    for row in outcome:failures() do
      portal:seed("contacts", row.from)
      portal:seed("companies", row.to)
    end
    local again = {}
    outcome = hub:associate(read(path, again))
    assert.equal(#refused, #again)
    assert.equal(first, outcome.linked)
    assert.equal(0, outcome.rejected)
    os.remove(path)
  end)

  it("of a file without its columns, or that is not there, is refused with what was found", function()
    local path = files.write "Contct,Company\n1,2\n"
    local ok, err = pcall(tether.links.read, path, { from = "contacts", to = "companies" })
    assert.is_false(ok)
    assert.equal("CSV_COLUMN_MISSING", err.code)
    assert.matches('"Contct"', err.message)
    ok, err = pcall(tether.links.read, path .. ".none", { from = "contacts", to = "companies" })
    assert.is_false(ok)
    assert.equal("FILE_FAILED", err.code)
    os.remove(path)
  end)

  it("raises the first bad row with its line when nobody takes refused rows", function()
    local ok, err = pcall(tether.links.read, DATA .. "links.csv",
      { from = "contacts", to = "companies", columns = { from = "Contact ID", to = "Company ID" } })
    assert.is_false(ok)
    assert.equal("BAD_ID", err.code)
    assert.matches('links.csv, line 72, column "Contact ID": not a record id: "abc"', err.message)
    assert.equal(72, err.place)
  end)
end)
