describe("examples", function()
  it("type_ids prints both directions of a pair", function()
    local pipe = assert(io.popen "lua5.4 examples/type_ids.lua deals companies 2>&1")
    local text = pipe:read "a"
    pipe:close()
    assert.matches("    5  deal_to_primary_company\n", text)
    assert.matches("  342  company_to_deal", text)
  end)
end)
