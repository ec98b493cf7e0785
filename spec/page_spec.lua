-- The portal's page in a real browser, where Debian's chromium is. `make test-page` installs it and runs all of this
-- (TETHER_PAGE=whole); without that a short part.
local audit = require "spec.support.audit"
local browser = require "spec.support.browser"
local files = require "spec.support.files"
local given = require "spec.support.portal"

if not browser.is_there() then return end

local WHOLE = os.getenv "TETHER_PAGE" == "whole"
local ENTER, TAB, RIGHT = "\u{E007}", "\u{E004}", "\u{E014}"

local function account(portal)
  portal:seed {
    labels = { { from = "contacts", to = "companies", label = "Decision maker", inverseLabel = "Decided by",
      name = "decision_maker", id = 42, inverseId = 43 } },
    contacts = { { id = 1, properties = { firstname = "Jane", lastname = "Miller", email = "jane@example.com" } },
      { id = 2, properties = { firstname = "Omar" } } },
    companies = { { id = 5, properties = { name = "Acme", domain = "acme.example" } } },
    links = { { from = "contacts", fromId = 1, to = "companies", toId = 5, types = { "Decision maker", 1 } },
      { from = "contacts", fromId = 2, to = "companies", toId = 5 } },
  }
end

describe("the page in a browser", function()
  local portal, window
  local function open(options)
    portal = given.open { page = true, token = "pat-na1-of-this-test" }
    account(portal)
    window = browser.open(options)
    window:go(portal.url .. "/portal")
    window:type("input[type=password]", portal.token)
    window:click "button.main"
    window:wait "document.querySelector('.tiles')"
  end
  local function go(view)
    window:run("location.hash = arguments[0]", "#/" .. view)
  end

  -- Nothing on the console, nothing asked of anybody else.
  local function check_quiet()
    assert.same({}, window:console())
    local asked = window:asked()
    assert.is_true(#asked > 5)
    for _, url in ipairs(asked) do
      local ours = url:sub(1, #portal.url + 7) == portal.url .. "/portal"
      assert.is_true(ours or url == "about:blank" or url:sub(1, 5) == "data:", url)
    end
  end
  after_each(function()
    if window then window:close() end
    portal:close()
    window = nil
    files.remove_all()
  end)

  -- How much of a picture has the colour that most of it has, and how many colours there are. The browser reads PNG.
  local function look(name)
    local mime = require "mime"
    local path = WHOLE and os.getenv "TETHER_SHOTS"
    local bytes = window:screenshot(path and ("%s/%s.png"):format(path, name))
    local seen = window:later([[
      const done = arguments[arguments.length - 1];
      const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));
      createImageBitmap(new Blob([bytes], { type: "image/png" })).then((image) => {
        const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const data = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
        const count = new Map();
        for (const pixel of data) count.set(pixel, (count.get(pixel) || 0) + 1);
        done({ width: image.width, height: image.height, colours: count.size,
          most: Math.max(...count.values()) / data.length });
      }, (problem) => done({ problem: String(problem) }));
    ]], (mime.b64(bytes)))
    assert.is_nil(seen.problem)
    assert.is_true(seen.width >= 390 and seen.height >= 600, ("%s: %d x %d"):format(name, seen.width, seen.height))
    assert.is_true(seen.colours > 60 and seen.most < 0.97,
      ("%s is blank: %d colours, %.3f"):format(name, seen.colours, seen.most))
  end

  it("walks from a contact to its company and back, by the picture, by links and by keys", function()
    open()
    look "overview"
    window:type("input[type=search]", "jane")
    window:press(ENTER)
    window:click "//td//a[contains(., 'Jane Miller')]"
    window:wait "document.querySelector('h1').textContent === 'Jane Miller'"
    assert.matches("Decision maker", window:text ".columns .card")
    assert.matches("Primary", window:text ".graph")
    look "record"
    window:click ".graph .node circle"
    window:wait "document.querySelector('h1').textContent === 'Acme'"
    assert.matches("Decided by", window:text ".columns .card")
    window:run "document.querySelector('.graph .node').focus()"
    window:press(RIGHT)
    window:wait "document.activeElement.getAttribute('aria-label').includes('Omar')"
    window:press(ENTER)
    window:wait "document.querySelector('h1').textContent === 'Omar'"
    window:click "//nav[@class='trail']//a[contains(., 'Jane')]"
    window:wait "document.querySelector('h1').textContent === 'Jane Miller'"
    check_quiet()
  end)

  it("shows a script's requests as they come, lets a fault strike, and goes back to a snapshot", function()
    open()
    window:click "//nav[@id='nav']//a[contains(., 'Snapshots')]"
    window:type("form input", "start")
    window:click "//button[contains(., 'Take a snapshot')]"
    window:wait "document.querySelector('tbody')?.textContent.includes('start')"
    window:click "//nav[@id='nav']//a[contains(., 'Faults')]"
    window:click "//button[contains(., 'Next request: 503')]"
    window:wait "document.querySelector('.card tbody')?.textContent.includes('status 503')"
    window:click "//nav[@id='nav']//a[contains(., 'Requests')]"
    window:wait "document.querySelector('h1').textContent === 'Requests'"
    local hub <close> = portal:connect { retry_pause = 0.01 }
    hub:associate("contacts", 2, "companies", 5, "Decision maker")
    window:wait "document.querySelectorAll('.log tbody tr').length >= 2"
    assert.matches("503%s*fault", window:text ".log .struck")
    window:click ".log tbody .path"
    assert.matches("associationTypeId", window:text ".log .opened")
    look "requests"
    go "record/contacts/2"
    window:wait "document.querySelector('.columns')?.innerText.includes('Decision maker')"
    go "snapshots"
    window:click "//button[@aria-label='Restore start']"
    window:wait "document.getElementById('say').textContent.includes('as it was')"
    go "record/contacts/2"
    window:wait "document.querySelector('h1').textContent === 'Omar' && document.querySelector('.columns')"
    assert.is_nil(window:text ".columns":find "Decision maker")
    check_quiet()
  end)

  it("sends webhooks where it is told to, and shows what became of them", function()
    open()
    go "webhooks"
    window:click "//summary[contains(., 'Tell an address')]"
    window:type("form input[type=url]", portal.url .. "/nobody-listens-here")
    window:type("form input[type=password]", "hidden")
    window:click "//button[contains(., 'Subscribe')]"
    window:wait "document.querySelector('main table')?.textContent.includes('contact.associationChange')"
    local hub <close> = portal:connect()
    hub:associate("contacts", 101, "companies", 9001)
    window:wait "document.querySelector('main').textContent.includes('404')"
    assert.is_nil(window:run "return document.documentElement.outerHTML":find("hidden</", 1, true))
    window:click "//button[contains(., 'Tell nobody')]"
    window:wait "document.querySelector('main').textContent.includes('Nobody is told of changes')"
    check_quiet()
  end)

  it("shows an account full of hostile texts as text", function()
    open()
    local texts = { "<img src=x onerror=document.title=1>", "<script>document.title=2</script>",
      "\u{202E}evil\u{202C} שלום", ("very long "):rep(400), "{{7*7}} ${1} &lt;b&gt;" }
    local facts = { contacts = {}, links = {}, labels = { { from = "contacts", to = "companies", name = "bad", id = 70,
      label = "<b onclick=x>bad</b>", inverseLabel = "\u{202E}ffatS", inverseId = 71 } } }
    for i, text in ipairs(texts) do
      facts.contacts[i] = { id = 7000 + i, properties = { firstname = text, [text:sub(1, 40)] = text } }
      facts.links[i] = { from = "contacts", fromId = 7000 + i, to = "companies", toId = 5,
        types = { "<b onclick=x>bad</b>" } }
    end
    portal:seed(facts)
    given.ask(portal, "GET", "/crm/objects/2026-03/contacts/%3Cimg%20src=x%3E?a=<script>")
    for i, text in ipairs(texts) do
      go("record/contacts/" .. 7000 + i)
      window:wait(("document.querySelector('.lead')?.textContent.includes('%d')"):format(7000 + i))
      local shown = window:run "return document.querySelector('dd').textContent"
      assert.equal(text, shown)
      assert.is_true(window:run "return document.documentElement.scrollWidth <= innerWidth")
    end
    for _, view in ipairs { "record/companies/5", "records/contacts", "pairs/contacts/companies", "requests" } do
      go(view)
      window:wait "document.querySelector('main table')"
      assert.equal(0, window:run "return document.querySelectorAll('main img, main script, main b, [onclick]').length")
      assert.matches("Tether portal", window:run "return document.title")
    end
    check_quiet()
  end)

  local VIEWS = { "overview", "records", "record/contacts/1", "record/companies/5", "pairs", "requests", "limits",
    "lab", "snapshots", "webhooks" }

  -- By axe-core, which `make test-page` installs where npm is.
  local function check_by_axe(view)
    local path = os.getenv "TETHER_AXE"
    if not path or path == "" then return end
    window:run(files.content(path))
    assert.same({}, window:later [[
      const done = arguments[arguments.length - 1];
      axe.run().then((found) => done(found.violations.map((one) =>
        one.id + ": " + one.help + ": " + one.nodes[0].html)));
    ]], view)
  end

  local function check_view(view, name)
    go(view)
    window:wait(("document.querySelector('.view.%s') && document.querySelector('main :is(table, .card)')"):format(
      view:match "^%a+"))
    assert.same({}, window:run(audit), view)
    assert.is_true(window:run "return document.documentElement.scrollWidth <= innerWidth", view)
    if WHOLE then look(("%s-%s"):format(view:gsub("/", "-"), name)) end
    if WHOLE then check_by_axe(view) end
  end

  local looks = { desk = {}, ["desk, dark"] = { dark = true }, phone = { mobile = true, width = 390, height = 844 },
    ["phone, dark"] = { mobile = true, dark = true, width = 390, height = 844 } }
  for name, options in pairs(WHOLE and looks or { ["desk, dark"] = looks["desk, dark"] }) do
    it("is in order for those who cannot see it: " .. name, function()
      open(options)
      portal:fault { status = 503, times = 1 }
      portal:set("burst", 1)
      portal:snapshot "start"
      portal:subscribe { url = portal.url .. "/hook", secret = "hidden", events = { "contact.associationChange" } }
      for _ = 1, 2 do given.ask(portal, "GET", "/crm/objects/2026-03/contacts/1") end
      for _, view in ipairs(VIEWS) do check_view(view, (name:gsub(", ", "-"))) end
      check_quiet()
    end)
  end

  it("asks for the token, holds it in memory alone, and forgets it", function()
    open()
    assert.is_nil(window:run "return location.href":find(portal.token, 1, true))
    assert.equal(0, window:run "return localStorage.length + sessionStorage.length + document.cookie.length")
    assert.is_nil(window:run "return document.documentElement.outerHTML":find(portal.token, 1, true))
    window:click "#leave"
    window:wait "document.querySelector('input[type=password]')"
    window:type("input[type=password]", "wrong")
    window:press(TAB .. ENTER)
    window:wait "document.getElementById('say').textContent.includes('does not know this token')"
    assert.equal(given.null, window:run "return document.querySelector('.tiles')")
  end)

  if WHOLE then
    it("opens and searches a portal of 100,000 records and 300,000 links within a second", function()
      open()
      local lines = {}
      local function line(...) lines[#lines + 1] = string.format(...) end
      for id = 1001, 51000 do
        line('{"kind":"record","type":"contacts","id":%d,"properties":{"firstname":"Person %d"}}', id, id)
        line('{"kind":"record","type":"companies","id":%d,"properties":{"name":"Company %d"}}', id, id)
      end
      for i = 0, 299999 do
        line('{"kind":"link","from":"contacts","fromId":%d,"to":"companies","toId":%d}', i % 50000 + 1001,
          i < 600 and 1001 or (i * 7 + i // 50000) % 50000 + 1001)
      end
      portal:seed(table.concat(lines, "\n"))
      local took = {}
      local function timed(view, holds)
        took[view] = window:later([[
          const done = arguments[arguments.length - 1], begun = performance.now();
          location.hash = arguments[0];
          const look = () => document.querySelector("main").textContent.includes(arguments[1]) ?
            done(performance.now() - begun) : setTimeout(look, 5);
          look();
        ]], "#/" .. view, holds)
        assert.is_true(took[view] < 1000, ("%s took %.0f ms"):format(view, took[view]))
      end
      timed("records", "Show more")
      timed("overview", "300,0")
      timed("records//Person%2050999", "50999")
      timed("record/companies/1001", "of ")
      look "large"
      local report = {}
      for view, ms in pairs(took) do report[#report + 1] = ("%s %.0f ms"):format(view, ms) end
      print("100,000 records, 300,000 links: " .. table.concat(report, ", "))
    end)

    it("keeps up with 1,000 requests a second, and does not grow", function()
      open()
      go "requests"
      local process = require "spec.support.process"
      local function memory()
        window:command("HeapProfiler.collectGarbage", require("cjson").decode "{}")
        return window:run "return performance.memory.usedJSHeapSize" >> 10
      end
      local flood = process.background(("%s spec/support/flood.lua %s %s 12"):format(process.interpreter(), portal.url,
        portal.token))
      flood:printed "4 s"
      local before = memory()
      flood:printed "11 s"
      local after, code, text = memory(), flood:finish()
      assert.equal(0, code, text)
      local sent = tonumber(text:match "(%d+) sent")
      assert.is_true(sent > 12000 * 0.9, text)
      window:wait(("Number(document.getElementById('pulse').textContent.replace(/\\D/g, '')) >= %d"):format(sent))
      assert.is_nil(window:text ".note":find "too fast")
      assert.is_true(window:run "return document.querySelectorAll('.log tbody tr').length" <= 200)
      assert.is_true(after < before + 8192, ("%.0f kB before, %.0f kB after"):format(before, after))
      print(("%d requests in 12 s, all shown; the page's memory %.0f kB, then %.0f kB"):format(sent, before, after))
      check_quiet()
    end)
  end
end)
