local tether = require "tether"

describe("record ids", function()
  it("are exact to the last of 63 bits", function()
    assert.equal(9007199254740993, tether.id("9007199254740993"))
    assert.equal(math.maxinteger, tether.id("9223372036854775807"))
    assert.equal(math.maxinteger, tether.id(math.maxinteger))
  end)

  for _, bad in ipairs { 0, -1, 1.0, 1.5, "", "0", "-1", "+1", " 1", "1 ", "01", "1e3", "1.0", "9223372036854775808",
    "99999999999999999999", "abc", true, {} } do
    it("are not " .. type(bad) .. " " .. tostring(bad), function()
      local ok, err = pcall(tether.id, bad)
      assert.is_false(ok)
      assert.equal("BAD_ID", err.code)
      assert.matches("positive integer", err.hint)
    end)
  end
end)
