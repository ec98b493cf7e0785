--- A real browser: Debian's chromium, driven by chromedriver over the WebDriver protocol.
local http = require "socket.http"
local ltn12 = require "ltn12"
local json = require "cjson"
local mime = require "mime"
local process = require "spec.support.process"

local Browser = {}
Browser.__index = Browser

local M = {}

local function has(program)
  return os.execute(("command -v %s >/dev/null 2>&1"):format(program))
end

--- Whether there is one.
-- @treturn boolean
function M.is_there()
  return has "chromium" and has "chromedriver"
end

local function call(self, method, path, body)
  local text, parts = body and json.encode(body) or nil, {}
  local fine, status = http.request { url = self.driver .. path, method = method, sink = ltn12.sink.table(parts),
    source = text and ltn12.source.string(text), create = function()
      local socket = require("socket").tcp()
      socket:settimeout(60)
      return socket
    end,
    headers = { ["content-type"] = "application/json", ["content-length"] = text and #text or 0 } }
  local answer = fine and json.decode(table.concat(parts))
  if status ~= 200 then
    error(("chromedriver: %s %s: %s"):format(method, path, answer and answer.value.message or tostring(status)), 3)
  end
  return answer.value
end

local function in_session(self, method, path, body)
  return call(self, method, "/session/" .. self.session .. path, body)
end

-- As root chromium has no sandbox; a container's shared memory is small.
local ARGUMENTS = { "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--hide-scrollbars" }

--- Starts one.
-- @tparam[opt] table options width, height (1280 x 900), dark
-- @treturn browser to be closed
function M.open(options)
  options = options or {}
  local arguments = table.move(ARGUMENTS, 1, #ARGUMENTS, 1, {})
  arguments[#arguments + 1] = ("--window-size=%d,%d"):format(options.width or 1280, options.height or 900)
  if options.dark then arguments[#arguments + 1] = "--force-dark-mode" end
  local folder = os.tmpname() -- for all that the two leave behind
  os.remove(folder)
  assert(os.execute("mkdir " .. folder))
  local self = setmetatable({ folder = folder }, Browser)
  self.process = process.background(("TMPDIR=%s HOME=%s chromedriver --port=0"):format(folder, folder))
  self.driver = "http://127.0.0.1:" .. self.process:printed "successfully on port (%d+)"
  local capabilities = { browserName = "chrome", ["goog:chromeOptions"] = { args = arguments, binary = options.binary,
    perfLoggingPrefs = { enableNetwork = true, enablePage = false } },
    ["goog:loggingPrefs"] = { browser = "ALL", performance = "ALL" } }
  self.session = call(self, "POST", "/session", { capabilities = { alwaysMatch = capabilities } }).sessionId
  if options.mobile then self:mobile(options.width, options.height) end
  return self
end

--- Speaks to the browser's own protocol.
function Browser:command(name, parameters)
  return in_session(self, "POST", "/goog/cdp/execute", { cmd = name, params = parameters })
end

--- Takes the size of a phone, which windows cannot have.
function Browser:mobile(width, height)
  self:command("Emulation.setDeviceMetricsOverride",
    { width = width, height = height, deviceScaleFactor = 2, mobile = true })
end

function Browser:go(url)
  in_session(self, "POST", "/url", { url = url })
end

-- An empty table would be an object to JSON.
local function listed(...)
  return select("#", ...) > 0 and { ... } or { json.null }
end

--- Runs the body of a function in the page.
-- @treturn any what it returns
function Browser:run(script, ...)
  return in_session(self, "POST", "/execute/sync", { script = script, args = listed(...) })
end

--- Runs one that calls its last argument with the answer.
function Browser:later(script, ...)
  return in_session(self, "POST", "/execute/async", { script = script, args = listed(...) })
end

--- Waits until an expression of JavaScript is true.
function Browser:wait(expression)
  process.wait_until(function() return self:run("return !!(" .. expression .. ")") == true end, expression)
end

--- The text of the first element that a selector meets; waits for it.
function Browser:text(selector)
  local quoted = json.encode(selector)
  self:wait(("document.querySelector(%s)"):format(quoted))
  return self:run(("return document.querySelector(%s).innerText ?? document.querySelector(%s).textContent")
    :format(quoted, quoted))
end

local ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

local function element(self, using, value)
  local found
  process.wait_until(function()
    local fine, answer = pcall(in_session, self, "POST", "/element", { using = using, value = value })
    found = fine and answer[ELEMENT]
    return found
  end, "an element " .. value)
  return "/element/" .. found
end

-- A selector of CSS, or of XPath when it begins with two slashes.
local function find(self, selector)
  return element(self, selector:match "^//" and "xpath" or "css selector", selector)
end

--- Clicks as a person does: where the element is, when nothing lies over it.
function Browser:click(selector)
  process.wait_until(function()
    return pcall(in_session, self, "POST", find(self, selector) .. "/click", json.decode "{}")
  end, "a click on " .. selector)
end

--- Types into a control, in place of what was there.
function Browser:type(selector, text)
  local at = find(self, selector)
  in_session(self, "POST", at .. "/clear", json.decode "{}")
  in_session(self, "POST", at .. "/value", { text = text })
end

--- Presses keys wherever the focus is: "\u{E007}" is Enter, "\u{E004}" Tab, "\u{E014}" the arrow to the right.
function Browser:press(keys)
  local actions = {}
  for _, code in utf8.codes(keys) do
    actions[#actions + 1] = { type = "keyDown", value = utf8.char(code) }
    actions[#actions + 1] = { type = "keyUp", value = utf8.char(code) }
  end
  in_session(self, "POST", "/actions", { actions = { { type = "key", id = "keys", actions = actions } } })
end

--- What can be seen, as a PNG; kept at a path when one is given.
-- @treturn string its bytes
function Browser:screenshot(path)
  local bytes = mime.unb64(in_session(self, "GET", "/screenshot"))
  if path then
    local file <close> = assert(io.open(path, "wb"))
    file:write(bytes)
  end
  return bytes
end

--- What the page said on its console, a line each, and that is forgotten then.
-- @treturn {string,...}
function Browser:console()
  local lines = {}
  for i, entry in ipairs(in_session(self, "POST", "/se/log", { type = "browser" })) do
    lines[i] = entry.level .. " " .. entry.message
  end
  return lines
end

--- The addresses that were asked since the last call.
-- @treturn {string,...}
function Browser:asked()
  local urls = {}
  for _, entry in ipairs(in_session(self, "POST", "/se/log", { type = "performance" })) do
    local message = json.decode(entry.message).message
    if message.method == "Network.requestWillBeSent" then urls[#urls + 1] = message.params.request.url end
  end
  return urls
end

--- Ends it, its driver and its windows.
function Browser:close()
  pcall(call, self, "DELETE", "/session/" .. self.session)
  self.process:signal "TERM"
  self.process:finish()
  os.execute("rm -rf " .. self.folder)
end

Browser.__close = Browser.close

return M
