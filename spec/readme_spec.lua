-- The README's script is run as it stands, and must print what its comments say.
describe("the README", function()
  local function section(title)
    local file = assert(io.open "README.md")
    local text = file:read "a"
    file:close()
    local code = {}
    for line in text:match("\n## " .. title .. "\n(.-)\n## "):gmatch "[^\n]+" do
      code[#code + 1] = line:match "^    (.*)"
    end
    return code
  end

  it("has a script of ten lines that does what it says", function()
    local code = section "A script"
    assert.equal(10, #code)
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    file:write(table.concat(code, "\n"), "\n")
    file:close()
    local pipe = assert(io.popen("lua5.4 " .. name .. " 2>&1"))
    assert.equal("2 linked, 0 unchanged, 0 rejected, 0 unknown\n9001\tDecision maker\n9002\t\n", pipe:read "a")
    pipe:close()
    os.remove(name)
  end)

  it("lists every error code with its remedy", function()
    local file = assert(io.open "README.md")
    local text = file:read "a"
    file:close()
    for code, remedy in pairs(require("tether.error").codes) do
      local row = ("| `%s` | %s |"):format(code, remedy:gsub("|", "\\|"))
      assert.truthy(text:find(row, 1, true), row)
    end
  end)
end)
