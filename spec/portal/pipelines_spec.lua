-- Bodies that are no pipeline and no stage: refused, and nothing of them is kept.
local given = require "spec.support.portal"

local DEALS = "/crm/pipelines/2026-03/deals"

describe("pipelines of the portal", function()
  local portal, path, stage
  local function ask(...) return given.ask(portal, ...) end
  before_each(function()
    portal = given.open()
    local status, made = ask("POST", DEALS, { label = "Mine", stages = { { label = "First" } } })
    assert.equal(201, status)
    path = DEALS .. "/" .. made.id
    stage = path .. "/stages/" .. made.stages[1].id
  end)
  after_each(function() portal:close() end)

  local BAD = { '[]', '"x"', '7', '{"label":7}', '{"label":["x"]}', '{"displayOrder":"1"}', '{"displayOrder":1.5}',
    '{"metadata":"x"}', '{"metadata":[]}', '{"label":null}' }
  local BAD_STAGES = { '{"stages":"x"}', '{"stages":{}}', '{"stages":null}', '{"stages":[1]}', '{"stages":[null]}',
    '{"stages":[[]]}', '{"stages":[{}]}', '{"stages":[{"label":7}]}', '{"stages":[{"label":"A"},{"metadata":{}}]}' }

  local function refuses(method, where, bodies)
    local before = portal:dump()
    for _, body in ipairs(bodies) do
      local status, refusal = ask(method, where, body)
      assert.equal(400, status, method .. " " .. where .. " " .. body)
      assert.equal("error", refusal.status)
      assert.is_true(#refusal.message > 0)
    end
    assert.equal(before, portal:dump())
  end

  it("refuse changes that are none, of themselves and of their stages", function()
    for _, method in ipairs { "PATCH", "PUT" } do
      refuses(method, path, BAD)
      refuses(method, path, BAD_STAGES)
      refuses(method, stage, BAD)
    end
  end)

  it("refuse to be made of less than a label and stages", function()
    refuses("POST", DEALS, BAD)
    refuses("POST", DEALS, { '{"label":"A"}', '{"stages":[]}', '{"label":"A","stages":{}}',
      '{"label":"A","stages":[1]}', '{"label":"A","stages":[{"metadata":{}}]}', '{"label":7,"stages":[]}' })
    refuses("POST", path .. "/stages", BAD)
    refuses("POST", path .. "/stages", { '{"label":"A"}', '{"label":"A","metadata":7}', '{"label":7,"metadata":{}}' })
  end)

  it("are replaced by a whole alone, and changed by a part", function()
    refuses("PUT", path, { '{"label":"B"}', '{"stages":[]}', '{}' })
    refuses("PUT", stage, { '{"label":"B"}', '{"metadata":{}}', '{}' })
    local status, changed = ask("PATCH", path, { label = "B" })
    assert.same({ 200, "B", "First" }, { status, changed.label, changed.stages[1].label })
    status, changed = ask("PATCH", stage, { label = "Second" })
    assert.same({ 200, "Second" }, { status, changed.label })
    status, changed = ask("PUT", path, { label = "C", displayOrder = 3, stages = { { label = "Only" } } })
    assert.same({ 200, "C", 3, 1, "Only" }, { status, changed.label, changed.displayOrder, #changed.stages,
      changed.stages[1].label })
  end)

  it("that are not there are 404, whatever a good body says", function()
    for _, where in ipairs { DEALS .. "/none", path .. "/stages/none", DEALS .. "/none/stages/none" } do
      assert.equal(404, (ask("PATCH", where, { label = "B" })))
    end
    assert.equal(404, (ask("POST", DEALS .. "/none/stages", { label = "A", metadata = { probability = "0.5" } })))
  end)
end)
