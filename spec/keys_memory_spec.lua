-- What an import remembers of the keys in a file, in a process of its own: a few bytes for each distinct one.
local files = require "spec.support.files"
local process = require "spec.support.process"
local tether = require "tether"

local FEW <const>, MANY <const> = 20000, 60000
local MOST = 300 -- bytes a distinct key: 90 today; 500 when each was a Lua string with an entry of its own

describe("an import by keys", function()
  after_each(function() files.remove_all() end)

  local function peak_kb(portal, count)
    local lines = { "email,company" }
    for i = 1, count do lines[i + 1] = ("contact%d@example.com,%d"):format(i, 9001 + i % 2) end
    local csv = files.write(table.concat(lines, "\n"), ".csv")
    local done, kilobytes = process.peak(([[
      local tether = require "tether"
      local hub = tether.connect { token = %q, url = %q }
      local report = hub:import(%q, { from = "contacts", to = "companies", keys = { from = "email" },
        columns = { from = "email", to = "company" } })
      return report.linked + report.unchanged]]):format(portal.token, portal.url, csv))
    assert.equal(count, done)
    return kilobytes
  end

  it("remembers each distinct key in a few bytes", function()
    local portal <close> = tether.portal()
    local seed = {}
    for i = 1, 2 do seed[i] = ('{"kind":"record","type":"companies","id":%d}'):format(9000 + i) end
    for i = 1, MANY do
      seed[#seed + 1] = ('{"kind":"record","type":"contacts","id":%d,"properties":{"email":"contact%d@example.com"}}')
        :format(100000 + i, i)
    end
    portal:seed(table.concat(seed, "\n"))
    local few, many = peak_kb(portal, FEW), peak_kb(portal, MANY)
    local each = (many - few) * 1024 / (MANY - FEW)
    local told = ("%.0f bytes a key: %d kB for %d keys, %d kB for %d"):format(each, few, FEW, many, MANY)
    assert.is_true(each < MOST, told)
  end)
end)
