local json = require "tether.json"

describe("generic JSON", function()
  it("writes no integer with an exponent or rounded: those that cjson would leave as strings", function()
    assert.equal('[101]', json.encode { 101 })
    assert.equal('["155079670837180"]', json.encode { 155079670837180 })
    assert.equal('["9007199254740993"]', json.encode { 9007199254740993 })
    assert.equal('["-9223372036854775808"]', json.encode { math.mininteger })
    assert.equal('[1.5]', json.encode { 1.5 })
  end)

  it("reads ids beyond 2^53 exactly, as text, and all others as integers", function()
    assert.same({ "9007199254740993", 9007199254740992, 101, 1.5, { a = "1" } },
      json.decode '[9007199254740993,9007199254740992,101,1.5,{"a":"1","b":null}]')
    assert.equal("integer", math.type(json.decode "[101]"[1]))
    assert.same({ '"9007199254740993' }, json.decode [=[["\"9007199254740993"]]=])
  end)

  it("says what is wrong with what is none", function()
    local value, problem = json.decode "<html>"
    assert.is_nil(value)
    assert.is_string(problem)
  end)
end)
