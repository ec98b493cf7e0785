-- A helper of busted: `portal:connect()` gives a shadow, so that specs which look at what verbs say and read, and not
-- at the portal, run on one. What is written to the portal is counted, and told at the end: nothing.
local as_shadow = require "spec.support.as_shadow"
local busted = require "busted"
local tether = require "tether"

local portal = tether.portal()
local Portal = getmetatable(portal)
portal:close()

local connect, close, shadows, written = Portal.connect, Portal.close, 0, {}
local connected = setmetatable({}, { __mode = "k" })

function Portal:connect(options)
  local caller = debug.getinfo(2, "S").short_src -- a shadow connects too
  if not (caller:find "^spec/" or caller:find "^%./spec/") then return connect(self, options) end
  shadows, connected[self] = shadows + 1, true
  return connect(self, options):shadow()
end

function Portal:close()
  if self.box and connected[self] then
    local writes = as_shadow.writes(self)
    if writes ~= "" then written[#written + 1] = writes end
  end
  return close(self)
end
Portal.__close = Portal.close

busted.subscribe({ "suite", "end" }, function()
  print(("in shadows: %d, written to the accounts: %s"):format(shadows,
    #written == 0 and "nothing" or table.concat(written, "; ")))
  return nil, true
end)
