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

  it("drives the portal with curl alone, and each line answers as it says", function()
    local port = require("spec.support.nginx").free_port()
    local code = {}
    for i, line in ipairs(section "The portal from any language") do code[i] = line:gsub("4000", tostring(port)) end
    local script, expected = table.concat(code, "\n"), {}
    for status, shown in script:gmatch "# (%d%d%d) ([^\n]*)" do expected[#expected + 1] = { status, shown } end
    assert.equal(10, #expected)
    local directory = os.tmpname()
    os.remove(directory)
    assert(os.execute("mkdir " .. directory))
    local file = assert(io.open(directory .. "/page.sh", "w"))
    file:write((script:gsub("portal%.json", directory .. "/portal.json")), "\n")
    file:close()
    local pipe = assert(io.popen("sh " .. directory .. "/page.sh 2>/dev/null"))
    local answers = {}
    for answer, status in pipe:read "a":gmatch "([^\n]*)\n(%d%d%d)\n" do answers[#answers + 1] = { status, answer } end
    pipe:close()
    os.execute("rm -r " .. directory)
    assert.equal(#expected, #answers)
    for i, one in ipairs(expected) do
      assert.equal(one[1], answers[i][1], answers[i][2])
      if one[2]:find '"' then assert.truthy(answers[i][2]:find(one[2], 1, true), answers[i][2]) end
    end
    assert.matches("limit exceeded", answers[9][2])
    assert.matches("NO_ASSOCIATIONS_FOUND", answers[10][2])
  end)

  it("names specs that exist for what it promises", function()
    local file <close> = assert(io.open "README.md")
    local promises, count = file:read("a"):match "\n## What is promised[^\n]+\n(.-)\n## ", 0
    for name in promises:gmatch "`([%w_/]+)`" do
      local path = name:match "^c/" and name .. ".c" or name:match "/$" and name or name .. ".lua"
      assert.truthy(os.execute("test -e spec/" .. path), name)
      count = count + 1
    end
    assert.is_true(count > 15)
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

  it("names files that exist where it says where something new goes", function()
    local file <close> = assert(io.open "README.md")
    local house, count = file:read("a"):match "\n## The house\n(.-)\n## ", 0
    for path in house:gmatch "`([%w_/]+/[%w_/]+%.?%w*)`" do
      if path:match "^csrc/" or path:match "^lua/" or path:match "^spec/" then
        count = count + 1
        assert.is_true(os.rename(path, path) and true or false, path .. " is not there")
      end
    end
    assert.is_true(count > 15)
  end)
end)
