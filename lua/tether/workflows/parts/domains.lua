--- Domains of addresses and of companies, and domains that belong to no company.
local check = require "tether.check"
local errors = require "tether.error"
local key = require "tether.links.key"

local M = {}

-- Providers that give mailboxes to everybody. A name without an ending stands for all endings: yahoo.com, yahoo.co.uk.
local FREE = [[
gmail.com googlemail.com aol.com aim.com icloud.com me.com mac.com msn.com passport.com proton.me protonmail.com
protonmail.ch pm.me zoho.com zohomail.com mail.com email.com usa.com gmx.com gmx.net gmx.de gmx.at gmx.ch web.de
freenet.de t-online.de arcor.de posteo.de posteo.net mailbox.org mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com
ya.ru rambler.ru qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com naver.com daum.net
hanmail.net nate.com rediffmail.com laposte.net orange.fr wanadoo.fr free.fr sfr.fr neuf.fr libero.it virgilio.it
alice.it tin.it tiscali.it terra.com.br uol.com.br bol.com.br ig.com.br seznam.cz centrum.cz wp.pl o2.pl onet.pl
interia.pl abv.bg ukr.net i.ua comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
earthlink.net juno.com rocketmail.com btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk
shaw.ca rogers.com sympatico.ca bigpond.com optusnet.com.au xtra.co.nz telenet.be skynet.be ziggo.nl kpnmail.nl
planet.nl home.nl bluewin.ch hushmail.com fastmail.com fastmail.fm tutanota.com tutanota.de tuta.io hey.com duck.com
mailinator.com guerrillamail.com yopmail.com 10minutemail.com
yahoo.* hotmail.* outlook.* live.* ymail.*]]

-- Domains below which anybody may have a name, so none of them alone belongs to a company.
local SHARED = {}
for name in ("ac asn biz co com edu gob gov go gv id info ltd me mil ne net nom or org plc sch"):gmatch "%S+" do
  SHARED[name] = true
end

-- A country's own ending beneath which names are given: co.uk, com.br.
local function is_ending(domain)
  local first, last = domain:match "^([^.]+)%.(%a%a)$"
  return first ~= nil and last ~= nil and SHARED[first] == true
end

--- Reads the domain from a property: an address, a web address or a domain.
-- @tparam ?string text
-- @treturn ?string in lower case; nil: it has none
function M.of(text)
  local domain = text and key.normal.domain(text:match "^%s*(.-)%s*$")
  if not domain or not domain:find "^[%w\x80-\xFF_-]+%.[%w\x80-\xFF._-]*[%w\x80-\xFF]$" then return nil end
  return domain
end

--- A domain and its parents, the nearest first: mail.acme.example, acme.example.
-- @tparam string domain
-- @tparam boolean deep false: the domain alone
-- @treturn {string,...}
function M.with_parents(domain, deep)
  local list, rest = { domain }, domain
  while deep do
    rest = rest:match "^[^.]+%.(.+)$"
    if not rest or not rest:find(".", 1, true) or is_ending(rest) then break end
    list[#list + 1] = rest
  end
  return list
end

local function take(known, domain, name)
  local plain = M.of((domain:gsub("%.%*$", ".example")))
  if not plain then
    errors.raise("BAD_ARGUMENT", ("%s: %q is no domain"):format(name, domain),
      { hint = "write one such as mail.example, or mail.* for every ending" })
  end
  known[domain:match "%.%*$" and plain:gsub("example$", "*") or plain] = true
end

local function each_line(path, name)
  local file <close>, problem = io.open(path, "r")
  if not file then errors.raise("FILE_FAILED", ("%s: cannot read %s"):format(name, problem)) end
  local list = {}
  for line in file:lines() do
    if line:find "%S" and not line:find "^%s*#" then list[#list + 1] = line:match "^%s*(.-)%s*\r?$" end
  end
  return list
end

--- Makes the test for mail providers.
-- @tparam string name of the option, for errors
-- @param more nil, an array of domains, or a file with one a line
-- @treturn function whether a domain is one of them
-- @raise BAD_ARGUMENT, FILE_FAILED
function M.free(name, more)
  local known = {}
  for domain in FREE:gmatch "%S+" do known[domain] = true end
  if type(more) == "string" then more = each_line(more, name) end
  for _, domain in ipairs(check.type(name, more, "table", true) or {}) do
    take(known, check.type(name, domain, "string"), name)
  end
  return function(domain)
    return known[domain] or known[domain:match "^([^.]+)%." .. ".*"] or false
  end
end

return M
