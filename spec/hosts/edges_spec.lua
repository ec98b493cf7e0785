-- What an adapter of a host does at its edges: spec/hosts/edges.lua says it of each, in a process of its own.
local process = require "spec.support.process"

-- The hosts bring their own interpreter: a sanitized run would see the same once more.
if not process.interpreter():match "lua5%.4$" then return end

local SAID = [[
soon now first second third
starve true
after 2 three
watch 6
]]

local SUSPENDED = "suspend true false\n"

local function twice(said) return said .. "rest\n" .. said end

local hosts = {
  luv = twice("ready false false false\n" .. SAID), -- it suspends nothing
  cqueues = twice("ready true false false\n" .. SUSPENDED .. SAID),
  copas = twice("ready true false false\n" .. SUSPENDED .. SAID),
  prosody = "ready true true true\n" .. SUSPENDED .. SAID .. "rest\n", -- a coroutine inside a runner is the runner's
}

for host, said in pairs(hosts) do
  it(host .. " calls at the next turn, at its time, and no more when it is told so; and is left at rest", function()
    local code, text = process.background("timeout 90 lua5.4 spec/hosts/edges.lua " .. host):finish()
    assert.equal("outside false\n" .. said .. "ended\n", text)
    assert.equal(0, code)
  end)
end
