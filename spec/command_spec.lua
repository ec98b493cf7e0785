local function run(arguments)
  local pipe = assert(io.popen("build/tether " .. arguments .. " 2>&1; echo \"exit $?\""))
  local text = pipe:read "a"
  pipe:close()
  return text:match "^(.*)exit (%d+)\n$"
end

describe("the tether command", function()
  it("tells its version", function()
    local text, code = run "--version"
    assert.equal("tether 0.1.0\n", text)
    assert.equal("0", code)
  end)

  it("lists the types of a pair in both directions", function()
    local text, code = run "types contacts companies"
    assert.equal("0", code)
    assert.matches("279\tcontact\tcompany\tunlabeled\t280\t", text)
    assert.matches("280\tcompany\tcontact\tunlabeled\t279\t", text)
  end)

  it("exits with 2 on wrong usage and says what would be right", function()
    for _, wrong in ipairs { "types contacts", "tpyes a b", "types contcts companies", "" } do
      local text, code = run(wrong)
      assert.equal("2", code, wrong)
      assert.is_true(#text > 20, wrong)
    end
    assert.matches('"contacts"', (run "types contcts companies"))
  end)
end)
