-- Makes the site of `make docs`: guides and pages of error codes from Markdown, beside the reference that LDoc has
-- made.
--
--     lua5.4 rockspec/site/site.lua build/docs
--
-- cmark-gfm reads the Markdown. Every link of the sources to a page of Markdown becomes one to the page of the site.
local target = arg[1]
local SOURCE = "lua/tether/guide/"
local guides = { "start", "command", "your-file", "plan-and-undo", "workflows", "scripts", "hosts", "portal",
  "pictures", "webhooks", "nightly", "sharing", "errors", "building" }

local function run(command)
  local pipe <close> = assert(io.popen(command))
  local text = pipe:read "a"
  assert(pipe:close(), command)
  return text
end

local function read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read "a"
end

local function write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(text))
end

local function lines(command)
  local list = {}
  for line in run(command):gmatch "[^\n]+" do list[#list + 1] = line end
  return list
end

-- The pages in the order of reading: source, address below the site, title, kind.
local function pages()
  local list = { { source = "README.md", address = "index.html", title = "Overview", kind = "guide" } }
  for _, name in ipairs(guides) do
    local text = read(SOURCE .. name .. ".md")
    if text then
      list[#list + 1] = { source = SOURCE .. name .. ".md", address = ("guide/%s.html"):format(name),
        title = text:match "^# ([^\n]+)", kind = "guide" }
    end
  end
  for _, code in ipairs(lines("ls " .. SOURCE .. "errors | LC_ALL=C sort")) do
    local name = code:match "^(.*)%.md$"
    list[#list + 1] = { source = SOURCE .. "errors/" .. code, address = ("guide/errors/%s.html"):format(name),
      title = name, kind = "code" }
  end
  return list
end

local function slug(html)
  return (html:gsub("<[^>]*>", ""):gsub("&%w+;", ""):lower():gsub("[^%w]+", "-"):gsub("^%-", ""):gsub("%-$", ""))
end

-- Markdown as HTML: headings can be linked to, links go to the site's pages.
local function render(page)
  local html = run("cmark-gfm -e table --unsafe " .. page.source)
  html = html:gsub("<!%-%-.-%-%->\n?", "")
  html = html:gsub("<h([23])>(.-)</h[23]>", function(level, text)
    return ('<h%s id="%s">%s</h%s>'):format(level, slug(text), text, level)
  end)
  return (html:gsub('href="([^":]*)%.md(#?[^"]*)"', function(path, place)
    return ('href="%s.html%s"'):format(page.source == "README.md" and path:gsub("^lua/tether/", "") or path, place)
  end))
end

local function navigation(list, page, up)
  local parts = { guide = {}, code = {} }
  for _, other in ipairs(list) do
    local link = ('<a href="%s%s">%s</a>'):format(up, other.address, other.title)
    local here = ('<span class="here">%s</span>'):format(other.title)
    table.insert(parts[other.kind], ("<li>%s</li>"):format(other == page and here or link))
  end
  local codes = page.kind == "code" and table.concat(parts.code) or ""
  if codes ~= "" then codes = ('<h2>Error codes</h2><ul class="codes">%s</ul>'):format(codes) end
  return ([[<nav class="side"><a class="name" href="%sindex.html">Tether</a><h2>Guides</h2><ul>%s</ul>
<h2>Reference</h2><ul><li><a href="%sreference/index.html">Modules</a></li></ul>%s</nav>]]):format(up,
    table.concat(parts.guide), up, codes)
end

local function turn(list, at, up)
  local function to(page, words)
    if not page or page.kind ~= list[at].kind then return "<span></span>" end
    return ('<a href="%s%s">%s</a>'):format(up, page.address, words:format(page.title))
  end
  return ('<div class="turn">%s%s</div>'):format(to(list[at - 1], "← %s"), to(list[at + 1], "%s →"))
end

local function whole(list, at)
  local page = list[at]
  local up = ("../"):rep(select(2, page.address:gsub("/", "")))
  return ([[<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s – Tether</title><link rel="stylesheet" href="%sreference/ldoc.css"></head>
<body><div class="page">%s
<main>
%s%s
</main></div></body></html>
]]):format(page.title, up, navigation(list, page, up), render(page), turn(list, at, up))
end

-- LDoc names modules by their files: they are told by what a script requires, and lead back to the guides.
local function name_modules(folder)
  for _, path in ipairs(lines("find " .. folder .. " -name '*.html'")) do
    local text = read(path)
    text = text:gsub("Module <code>([%w_.]+)</code>", "Module <code>tether.%1</code>")
    text = text:gsub('(href="[^"]*modules/[%w_.]+%.html">)([%w_.]+)</a>', "%1tether.%2</a>")
    text = text:gsub('(<li><a href="%.%./modules/[%w_.]+">)([%w_.]+)</a>', "%1tether.%2</a>")
    text = text:gsub("<strong>([%w_.]+)</strong>", "<strong>tether.%1</strong>", path:find "/modules/" and 1 or 0)
    text = text:gsub("tether%.init%f[^%w_]", "tether"):gsub("tether%.tether", "tether")
    local up = path:find "/modules/" and "../../" or "../"
    local home = ('<p><a class="name" href="%sindex.html">Tether</a></p>'):format(up)
    text = text:gsub('<div id="navigation">', "%0\n" .. home, 1)
    write(path, text)
  end
end

local list = pages()
assert(os.execute(("mkdir -p %s/guide/errors"):format(target)))
for at, page in ipairs(list) do write(target .. "/" .. page.address, whole(list, at)) end
name_modules(target .. "/reference")
