-- What strangers have written reaches no terminal raw: server texts, cells, labels.
local files = require "spec.support.files"
local tether = require "tether"

local EVIL = "a\27[2Jb\u{9B}31mc\rd\127" -- clears the screen, turns red, overwrites the line

local function is_plain(text)
  assert.is_nil(text:find "[%z\1-\8\11-\31\127]", ("%q"):format(text))
  assert.is_nil(text:find "\xC2[\x80-\x9F]", ("%q"):format(text))
end

describe("control characters of strangers", function()
  local portal
  before_each(function() portal = tether.portal() end)
  after_each(function()
    portal:close()
    files.remove_all()
  end)

  local function output_of(command)
    local line = ("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether %s 2>&1"):format(portal.token, portal.url, command)
    local pipe = assert(io.popen(line))
    local text = pipe:read "a"
    pipe:close()
    return text
  end

  it("of a server's refusal are shown, not obeyed, in an error and by a command", function()
    portal:fault { status = 400, times = 2, body = { status = "error", category = "VALIDATION_ERROR", message = EVIL } }
    local hub <close> = portal:connect()
    local ok, err = pcall(hub.account, hub)
    assert.is_false(ok)
    is_plain(err.message)
    assert.matches("a\\x1B%[2Jb\\x9B31mc d\\x7F", tostring(err))
    is_plain(output_of "doctor")
  end)

  it("of a refused row are shown in an outcome", function()
    portal:seed { contacts = { { id = 1 } }, companies = { { id = 2 } } }
    portal:fault { operation = "batch_create", status = 400, body = { category = "VALIDATION_ERROR", message = EVIL } }
    local hub <close> = portal:connect()
    local outcome = hub:associate("contacts", "companies", { { 1, 2 } })
    for row in outcome:failures() do is_plain(row.error.message) end
    assert.equal(1, outcome.rejected)
  end)

  it("of cells and labels are shown by preflight, import and count", function()
    portal:seed { contacts = { { id = 1 } }, companies = { { id = 2 } },
      labels = { { from = "contacts", to = "companies", label = EVIL, name = "evil" } } }
    local hub <close> = portal:connect()
    hub:associate("contacts", 1, "companies", 2, EVIL)
    local path = files.write(('from,to,label\n1,2,"%s"\n"%s",2,\n1,2,"x%s"\n'):format(EVIL, EVIL, EVIL), ".csv")
    for _, command in ipairs { "count contacts companies", "import --preflight --from contacts --to companies " .. path,
      "import --from contacts --to companies " .. path } do
      local text = output_of(command)
      is_plain(text)
      assert.matches("31m", text, command)
    end
  end)

  it("of labels do not reach a terminal by an export, and a pipe has them as they are", function()
    local account <close> = tether.portal()
    account:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } },
      labels = { { from = "contacts", to = "companies", label = "A\27[31mB", name = "a" } },
      links = { { from = "contacts", fromId = 101, to = "companies", toId = 9001, types = { "A\27[31mB" } } } }
    local command = ("HUBSPOT_TOKEN=%s TETHER_URL=%s build/tether export -q contacts companies"):format(account.token,
      account.url)
    local function said(line)
      local pipe = assert(io.popen(line))
      local text = pipe:read "a"
      pipe:close()
      return text
    end
    assert.matches("A\27[31mB", said(command), 1, true)
    local on_terminal = said(("script -qec '%s' /dev/null </dev/null"):format(command))
    assert.matches("A\\x1B[31mB", on_terminal, 1, true)
    assert.is_nil(on_terminal:find("\27", 1, true))
  end)
end)
