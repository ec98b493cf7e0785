-- HTTP/2 says of some requests that the server has not worked them: those are no lost answers.
local certificates = require "spec.support.certificates"
local process = require "spec.support.process"
local tether = require "tether"

describe("a create that HTTP/2 gives back", function()
  local authority, certificate, key
  setup(function()
    authority = certificates.authority()
    certificate, key = authority.sign("good", "IP:127.0.0.1")
  end)
  teardown(function() authority.remove() end)

  -- Runs `use` with a hub of a server that gives so many requests back; the server's lines come back.
  local function with_server(how, times, use)
    local server = process.background(("exec /usr/bin/python3 spec/support/http2_server.py %s %s %s %d"):format(
      certificate, key, how, times))
    local port = server:printed "(%d+)\n"
    local hub <close> = tether.connect { url = "https://127.0.0.1:" .. port, token = "t", ca_file = authority.file,
      share = false, retry_pause = 0.01 }
    local fine, problem = pcall(use, hub)
    server:signal "KILL"
    local _, said = server:finish()
    assert(fine, problem)
    local counts = { refused = 0, worked = 0 }
    for line in said:gmatch "%a+" do counts[line] = (counts[line] or 0) + 1 end
    return counts
  end

  for how, times in pairs { refuse = 8, goodbye = 3 } do
    it("is sent again until it is worked, once: " .. how, function()
      local counts = with_server(how, times, function(hub)
        assert.equal(7, hub:create("companies", { name = "Big" }).id)
      end)
      assert.same({ times, 1 }, { counts.refused, counts.worked })
    end)

    it("is not in doubt when it is given up: " .. how, function()
      local counts = with_server(how, 1000, function(hub)
        hub.session:close()
        local short <close> = tether.connect { url = hub.url, token = "t", ca_file = authority.file, share = false,
          retry_for = 0 }
        local ok, err = pcall(short.create, short, "companies", { name = "Big" })
        assert.is_false(ok)
        assert.equal("HOST_UNREACHABLE", err.code)
        assert.is_falsy(err.in_doubt)
        assert.is_nil(tostring(err):find("may or may not", 1, true))
      end)
      assert.equal(0, counts.worked)
    end)
  end

  it("is in doubt when its stream breaks for another reason, and is sent once", function()
    local counts = with_server("break", 1000, function(hub)
      local ok, err = pcall(hub.create, hub, "companies", { name = "Big" })
      assert.is_false(ok)
      assert.is_true(err.in_doubt)
    end)
    assert.equal(1, counts.refused)
  end)
end)
