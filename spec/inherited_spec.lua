-- Programs that a script starts have none of its connections.
local tether = require "tether"

describe("a child process", function()
  it("inherits no socket of the client or of the portal", function()
    local portal <close> = tether.portal()
    local by_address <close> = portal:connect()
    by_address:account()
    local by_name <close> = tether.connect { url = "http://localhost:" .. portal.url:match ":(%d+)",
      token = portal.token }
    pcall(by_name.account, by_name)
    local ticket = by_name.session:submit("GET", "/crm/objects/2026-03/contacts", nil, "record_list")
    by_name.session:step(0) -- under way
    local pipe = assert(io.popen "ls -l /proc/self/fd")
    local listing = pipe:read "a"
    pipe:close()
    by_name.session:cancel(ticket)
    assert.is_nil(listing:match "[^\n]*socket:[^\n]*")
    assert.is_nil(listing:match "[^\n]*anon_inode[^\n]*")
    assert.matches("/proc/", listing)
  end)
end)
