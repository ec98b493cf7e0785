-- Every switch in every position.
local portals = require "tether.portal"
local switches = require "spec.support.switches"

local portal = switches.portal
local seen = {}
for _, part in ipairs { "spec.portal.switches_links", "spec.portal.switches_account",
  "spec.portal.switches_webhooks" } do
  for name, positions in pairs(require(part)) do seen[name] = positions end
end

describe("the portal's switch", function()
  before_each(switches.open)
  after_each(switches.close)

  for name, positions in pairs(seen) do
    for position, expected in pairs(positions) do
      if position ~= 1 then
        it(("%s=%s"):format(name, position), function()
          portal:set(name, position)
          assert.same(expected, positions[1](position))
        end)
      end
    end
  end

  it("table is covered here, in every position and with the default", function()
    for _, row in ipairs(portals.switches()) do
      local positions = assert(seen[row.name], row.name .. " has no spec")
      local default = tostring(row.default)
      if row.choices and row.choices ~= "" then
        default = row.choices:match "^[^,]+"
        for choice in row.choices:gmatch "[^,]+" do assert(positions[choice] ~= nil, row.name .. "=" .. choice) end
      end
      assert(positions[default] ~= nil, row.name .. "=" .. default)
    end
  end)

  it("is refused by a name or a value that there is not", function()
    local function code(...) return select(2, pcall(portal.set, portal, ...)).code end
    assert.equal("OPTION_UNKNOWN", code("lables", "append"))
    assert.equal("BAD_ARGUMENT", code("labels", "sometimes"))
    assert.equal("BAD_ARGUMENT", code("page", "-1"))
  end)
end)
