-- A seed from a file: as a whole or not at all, however long it is, with its progress.
local files = require "spec.support.files"
local given = require "spec.support.portal"
local process = require "spec.support.process"
local socket = require "socket"
local tether = require "tether"

local RECORDS = 30000 -- more than one piece of the file

local function seed(last)
  local lines = {}
  for i = 1, RECORDS do
    lines[i] = ('{"kind":"record","type":"contacts","id":%d,"properties":{"email":"c%d@example.com"}}'):format(i, i)
  end
  lines[#lines + 1] = last
  return files.write(table.concat(lines, "\n"))
end

local function status_of(portal, id) return (given.ask(portal, "GET", "/crm/objects/2026-03/contacts/" .. id)) end

describe("a seed from a file", function()
  after_each(files.remove_all)

  it("is whole, and tells how far it is", function()
    local portal <close> = tether.portal()
    local parts, last, total = 0, 0, nil
    local path = seed()
    portal:seed_file(path, function(done, all, lines)
      assert.is_true(done > last and done <= all and lines <= RECORDS)
      parts, last, total = parts + 1, done, all
    end)
    assert.is_true(parts > 1)
    assert.equal(#files.content(path), total)
    assert.equal(total, last)
    for _, id in ipairs { 1, 12345, RECORDS } do assert.equal(200, status_of(portal, id)) end
  end)

  it("is nothing when a line of it is wrong, and names the line", function()
    local portal <close> = tether.portal()
    local fine, err = pcall(portal.seed_file, portal, seed '{"kind":"nothing"}')
    assert.is_false(fine)
    assert.equal("INVALID", err.code)
    assert.matches(("line %d:"):format(RECORDS + 1), err.message)
    assert.equal(404, status_of(portal, 1))
    portal:seed("contacts", 1)
    assert.equal(200, status_of(portal, 1))
  end)

  it("is nothing when what listens to its progress raises; nothing else is seeded meanwhile", function()
    local portal <close> = tether.portal()
    local nested
    local fine, err = pcall(portal.seed_file, portal, seed(), function()
      nested = select(2, pcall(portal.seed, portal, "contacts", 7))
      error("enough", 0)
    end)
    assert.is_false(fine)
    assert.equal("enough", err)
    assert.equal("BAD_ARGUMENT", nested.code)
    assert.equal(404, status_of(portal, 1))
    portal:seed("contacts", 7)
    assert.equal(200, status_of(portal, 7))
  end)

  it("is waited for by requests", function()
    local portal <close> = tether.portal()
    local client = assert(socket.connect(portal.url:match "//(.-):(%d+)"))
    local asked = false
    portal:seed_file(seed(), function()
      if asked then return end
      asked = true
      assert(client:send(("GET /crm/objects/2026-03/contacts/%d HTTP/1.1\r\nHost: 127.0.0.1\r\n" ..
        "Authorization: Bearer %s\r\n\r\n"):format(RECORDS, portal.token)))
    end)
    client:settimeout(60)
    assert.matches(" 200 ", client:receive "*l")
    client:close()
  end)

  it("is refused when there is no such file", function()
    local portal <close> = tether.portal()
    assert.equal("FILE_FAILED", select(2, pcall(portal.seed_file, portal, "/nowhere/seed")).code)
    assert.equal("FILE_FAILED", select(2, pcall(portal.seed_file, portal, "/")).code)
    portal:seed("contacts", 7)
  end)

  it("of the command tells its progress on stderr", function()
    local served = process.background("build/tether portal --progress 0 --seed " .. seed())
    served:printed "ready"
    assert.matches("%d+%%  [%d,]+ lines seeded", served:output())
    assert.matches("100%%  30,000 lines seeded", served:output())
    served:signal "TERM"
    assert.equal(0, (served:finish()))
  end)
end)
