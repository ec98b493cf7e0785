-- A name server that is silent holds nobody up: not who gives up, not who closes, not the host.
local files = require "spec.support.files"
local process = require "spec.support.process"

local SILENT = 9000 -- milliseconds that the system's resolver waits for its two answers, at the least

describe("a silent name server", function()
  after_each(function() files.remove_all() end)

  it("blocks neither cancel nor close nor a step", function()
    if not os.execute "unshare -nm true 2>/dev/null" then return pending "needs a network of its own" end
    local resolv = files.write "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n"
    local script = ("unshare -nm sh -c 'ip link set lo up && mount --bind %s /etc/resolv.conf && " ..
      "exec %s spec/support/silent_dns.lua'"):format(resolv, process.interpreter())
    local pipe = assert(io.popen(script))
    local said = {}
    for name, value in pipe:read("a"):gmatch "(%w+)\t(%S+)" do said[name] = tonumber(value) or value end
    pipe:close()
    assert.is_true(said.cancel < SILENT, tostring(said.cancel))
    assert.is_true(said.close < SILENT, tostring(said.close))
    assert.is_true(said.step < SILENT, tostring(said.step))
    assert.equal("HOST_UNREACHABLE", said.code)
  end)
end)
