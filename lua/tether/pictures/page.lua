--- The frame of a page that is a single file. It has no script and loads nothing, and its policy forbids both.
local escape = require("tether.pictures.markup").escape

local M = {}

local STYLE = [[
:root{color-scheme:light dark;--ink:#22303c;--soft:#5a6873;--line:#e0e3e1;--ground:#fbfbf9;--card:#fff;
--warn:#a3441c}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8ea;--soft:#a0adb6;--line:#333d45;--ground:#171c20;--card:#1e252a;
--warn:#e79b76}}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI","Liberation Sans",sans-serif}
main{max-width:860px;margin:0 auto;padding:2.5rem 1.25rem 4rem}h1{font-size:1.7rem;line-height:1.25;margin:0}
h2{font-size:1.15rem;margin:2.6rem 0 .6rem}p{margin:.4rem 0}.soft{color:var(--soft)}.warn{color:var(--warn)}
.tiles{display:flex;flex-wrap:wrap;gap:.8rem;margin:1.6rem 0 0;padding:0;list-style:none}
.tiles li{flex:1 1 9rem;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.8rem 1rem}
.tiles b{display:block;font-size:1.45rem;font-weight:600}.tiles span{color:var(--soft);font-size:.88rem}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;padding:.4rem .7rem .4rem 0;vertical-align:top;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
th{color:var(--soft);font-weight:500}td.n,th.n{text-align:right}
.chart{max-width:100%;height:auto;display:block}
.chart text{font-size:13px;fill:var(--ink)}.chart .figure{fill:var(--soft)}
.wide{overflow-x:auto}bdi{unicode-bidi:isolate}@media print{body{background:#fff}main{padding:0}}
]]

-- The styles are in the file. The policy forbids everything else, whatever a text of the account might contain.
local POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

local Page = {}
Page.__index = Page

--- Begins a page.
-- @tparam string title
-- @tparam function out called with each piece of the file, so that a long page is never held whole
-- @treturn page
function M.new(title, out)
  out(([[<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="%s"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<title>%s</title>
<style>%s</style>
</head>
<body>
<main>
<h1>%s</h1>
]]):format(POLICY, escape(title), STYLE, escape(title)))
  return setmetatable({ out = out }, Page)
end

--- A heading.
function Page:heading(text) self.out(("<h2>%s</h2>\n"):format(escape(text))) end

--- A paragraph.
-- @tparam string text
-- @tparam[opt] string class soft or warn
function Page:text(text, class)
  self.out(('<p%s>%s</p>\n'):format(class and (' class="%s"'):format(class) or "", escape(text)))
end

--- Tiles with figures, side by side.
-- @tparam {table,...} list { figure, what it counts }
function Page:tiles(list)
  self.out '<ul class="tiles">'
  for _, tile in ipairs(list) do
    self.out(("<li><b>%s</b><span>%s</span></li>"):format(escape(tile[1]), escape(tile[2])))
  end
  self.out "</ul>\n"
end

--- Adds an element that is markup already.
function Page:element(text) self.out('<div class="wide">' .. text .. "</div>\n") end

local function cell(tag, value)
  local number = math.type(value) ~= nil
  return ("<%s%s><bdi>%s</bdi></%s>"):format(tag, number and ' class="n"' or "", escape(value), tag)
end

--- A table; cells with numbers are aligned to the right.
-- @tparam {string,...} header
-- @tparam {table,...} rows
function Page:table(header, rows)
  self.out '<div class="wide"><table><thead><tr>'
  for i, text in ipairs(header) do
    local number = rows[1] and math.type(rows[1][i]) ~= nil
    self.out(("<th%s>%s</th>"):format(number and ' class="n"' or "", escape(text)))
  end
  self.out "</tr></thead>\n<tbody>"
  for _, row in ipairs(rows) do
    self.out "<tr>"
    for _, value in ipairs(row) do self.out(cell("td", value)) end
    self.out "</tr>\n"
  end
  self.out "</tbody></table></div>\n"
end

--- Ends the page.
function Page:finish() self.out "</main>\n</body>\n</html>\n" end

return M
