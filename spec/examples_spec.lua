local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1; echo \"exit $?\""))
  local text = pipe:read "a"
  pipe:close()
  return text:match "^(.*)exit (%d+)\n$"
end

describe("examples", function()
  it("type_ids prints both directions of a pair", function()
    local text = run "lua5.4 examples/type_ids.lua deals companies"
    assert.matches("    5  deal_to_primary_company\n", text)
    assert.matches("  342  company_to_deal", text)
  end)

  it("overview runs the page's requests in order", function()
    local text, code = run "build/tether run --portal examples/overview.lua"
    assert.equal("0", code, text)
    local at = 1
    for _, line in ipairs { "created contact %d+, associated with company 9001", "by type id 279", "removed it by",
      'label "Decision maker"', "in one request", "company 9001, labels: Decision maker", "may have 1 company",
      "HUBSPOT_DEFINED +279", "removed the link; 0 left" } do
      at = assert(select(2, text:find(line, at)), line .. " is missing in\n" .. text)
    end
  end)

  it("demo loads, imports and imports again", function()
    local text, code = run "build/tether run --portal examples/demo.lua"
    assert.equal("0", code, text)
    assert.matches("linked    +5%d%d%d\nunchanged      0\nrejected      59\nunknown        0", text)
    assert.matches("linked         0\nunchanged   5%d%d%d\nrejected      59", text)
  end)

  it("import_links says how it is used", function()
    local text, code = run "build/tether run --portal examples/import_links.lua"
    assert.equal("2", code)
    assert.matches("usage: tether run import_links.lua links.csv", text)
  end)
end)
