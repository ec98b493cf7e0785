-- What an adapter of a host does at its edges: spec/hosts/edges.lua says it of each, in a process of its own.
local process = require "spec.support.process"

-- The hosts bring their own interpreter: a sanitized run would see the same once more.
if not process.interpreter():match "lua5%.4$" then return end

local SAID = [[
soon now first second third
starve true
after 2 three
watch 6
rest
]]

local SUSPENDED = "suspend true false\n"

local hosts = {
  luv = ("ready false false false\n" .. SAID):rep(2), -- it suspends nothing
  cqueues = ("ready true false false\n" .. SUSPENDED .. SAID):rep(2),
  copas = ("ready true false false\n" .. SUSPENDED .. SAID):rep(2),
  prosody = "ready true true true\n" .. SUSPENDED .. SAID, -- a coroutine inside of a runner is the runner's
}

for host, said in pairs(hosts) do
  it(host .. " calls at the next turn, at its time, and no more when it is told so; and is left at rest", function()
    local code, text = process.background("timeout 90 lua5.4 spec/hosts/edges.lua " .. host):finish()
    assert.equal("outside false\n" .. said .. "ended\n", text)
    assert.equal(0, code)
  end)
end
