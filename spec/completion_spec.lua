-- Completion, asked as a shell asks it, and the manual: both say what the command line takes.
local files = require "spec.support.files"
local json = require "cjson"
local process = require "spec.support.process"
local shell = require "spec.support.shell"

local sh = shell.output

local function has(program)
  return (select(2, sh("command -v " .. program))) == 0
end

local here = assert(os.getenv "PWD")

describe("completion", function()
  local cache
  setup(function()
    cache = files.folder()
    assert(os.execute(("mkdir %s/tether"):format(cache)))
    local file <close> = assert(io.open(cache .. "/tether/labels", "w"))
    file:write "Decision maker\nO'Neill\n"
  end)
  teardown(files.remove_all)

  local function asked(words)
    local text, code = sh(("XDG_CACHE_HOME=%s build/tether __complete %s"):format(cache, words))
    assert.equal(0, code, text)
    local kind, list = text:match "^(%l+)\n(.*)$"
    local found = {}
    for word in list:gmatch "([^\t\n]+)\t" do found[#found + 1] = word end
    table.sort(found)
    return found, kind
  end

  it("knows commands, options, choices, object types, labels, codes and switches", function()
    for words, wanted in pairs { ["exp"] = { "explain", "export" }, ["import --head"] = { "--header-line" },
      ["import links.csv --missing s"] = { "skip" }, ["types conta"] = { "contacts" },
      ["import --to comp"] = { "companies" }, ["import --to=comp"] = { "--to=companies" },
      ["import --to = comp"] = { "companies" }, ["import --label Dec"] = { "Decision maker" },
      ["import --label 'Decision\\ m'"] = { "Decision maker" }, ["explain LABEL_C"] = { "LABEL_CAP" },
      ["portal --set first_"] = { "first_primary=" }, ["doctor contacts compa"] = { "companies" },
      ["types contacts companies c"] = {}, ["nonsense"] = {},
      ["link conta"] = { "contacts:" }, ["link contacts : 101 comp"] = { "companies:" },
      ["links contacts:101 comp"] = { "companies" },
      ["graph conta"] = { "contacts:" }, ["do inherit conta"] = { "contacts" }, ["labels cre"] = { "create" } } do
      assert.same(wanted, (asked(words)), words)
    end
  end)

  it("leaves files to the shell", function()
    for _, words in ipairs { "import ''", "import --failures ''", "run ''", "run script.lua ''", "portal --db ''" } do
      assert.equal("files", select(2, asked(words)), words)
    end
  end)

  local function in_bash(line)
    local script = ([==[
      . %s/rockspec/completion/tether.bash
      read -ra COMP_WORDS <<<%q
      [[ %q == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      "$(complete -p tether | sed 's/.*-F \([^ ]*\).*/\1/')" tether
      printf '%%s\n' "${COMPREPLY[@]}"]==]):format(here, line, line)
    local path = files.write(script)
    return (sh(("{ cd %s && XDG_CACHE_HOME=%s PATH=%s/build:$PATH bash -i %s; } 2>/dev/null"):format(cache, cache, here,
      path)))
  end

  it("works in bash", function()
    assert.equal("explain\n", in_bash "tether expl")
    assert.equal("companies\n", in_bash "tether import --to = comp")
    assert.equal("Decision\\ maker\n", in_bash "tether import --label Dec")
    assert.equal("O\\'Neill\n", in_bash "tether import --label O")
    assert.equal("tether\n", in_bash "tether import te")
  end)

  -- The line after the tabulator key, in a zsh that somebody types into.
  local function in_zsh(line)
    local typing = files.write(([==[
      zmodload zsh/zpty
      zpty shell "TERM=dumb zsh -f -i"
      zpty -w shell "fpath=(%s/rockspec/completion \$fpath); autoload -Uz compinit; compinit -u -D; \
        typed() { zle expand-or-complete; print -r -- \"\$BUFFER|\" >line.new && mv line.new line; }; \
        zle -N typed; bindkey '^I' typed; zle-line-init() { print REA''DY }; zle -N zle-line-init"
      zpty -r shell seen '*READY*'
      zpty -w -n shell $1$'\t'
      for i in {1..400}; do [[ -s line ]] && break; sleep 0.05; done
      cat line; rm line
      zpty -d shell]==]):format(here))
    return (sh(("cd %s && XDG_CACHE_HOME=%s PATH=%s/build:$PATH timeout 60 zsh -f %s %q"):format(cache, cache, here,
      typing, line)))
  end

  it("works in zsh", function()
    for line, wanted in pairs { ["tether expl"] = "tether explain ", ["tether labels cr"] = "tether labels create ",
      ["tether import --to=comp"] = "tether import --to=companies ", ["tether link conta"] = "tether link contacts:",
      ["tether import --label Dec"] = "tether import --label Decision\\ maker ",
      ["tether import --label O"] = "tether import --label O\\'Neill ",
      ["tether import links.csv --missing s"] = "tether import links.csv --missing skip ",
      ["tether import te"] = "tether import tether/" } do
      assert.equal(wanted .. "|\n", in_zsh(line), line)
    end
  end)

  -- What fish offers for a line, with what it says of it.
  local function in_fish(line)
    local script = files.write(("source %s/rockspec/completion/tether.fish; complete -C %q"):format(here, line))
    return (sh(("cd %s && XDG_CACHE_HOME=%s HOME=%s PATH=%s/build:$PATH timeout 60 fish --no-config %s"):format(cache,
      cache, cache, here, script)))
  end

  it("works in fish", function()
    assert.matches("^explain\t[^\n]+\n$", in_fish "tether expl")
    assert.matches("^explain\t[^\n]+\nexport\t[^\n]+\n$", in_fish "tether ex")
    for line, wanted in pairs { ["tether import --to=comp"] = "--to=companies\n",
      ["tether import --label Dec"] = "Decision maker\n", ["tether import --label O"] = "O'Neill\n",
      ["tether link conta"] = "contacts:\n", ["tether import links.csv --missing s"] = "skip\n",
      ["tether import te"] = "tether/\n" } do
      assert.equal(wanted, in_fish(line), line)
    end
  end)

  it("learns the labels of the account from commands that read them", function()
    local seed = files.write [[
{"kind":"record","type":"contacts","id":101}
{"kind":"record","type":"companies","id":9001}
{"kind":"label","from":"contacts","to":"companies","label":"Buyer"}
{"kind":"label","from":"contacts","to":"companies","label":"Two\nlines","name":"two_lines"}
]]
    local links = files.write "from,to\n101,9001\n"
    local portal = process.background("build/tether portal --port 0 --seed " .. seed)
    local facts = json.decode(portal:printed "({.-})\n")
    sh(("TETHER_URL=%s HUBSPOT_TOKEN=%s XDG_CACHE_HOME= HOME=%s/home build/tether import %s -q --from contacts " ..
      "--to companies --label Buyer"):format(facts.url, facts.token, cache, links))
    assert.equal("", (sh(("find %s/home 2>/dev/null"):format(cache)))) -- a try on a portal is none of an account's
    local text = sh(("export TETHER_URL=%s HUBSPOT_TOKEN=%s XDG_CACHE_HOME=%s/new; build/tether import %s -q " ..
      "--from contacts --to companies --label Buyer && build/tether __complete import --label ''"):format(facts.url,
      facts.token, cache, links))
    portal:signal "TERM"
    portal:finish()
    assert.matches("\nwords\nBuyer\t\n$", text)
  end)
end)

describe("the manual", function()
  local folder
  setup(function()
    folder = files.folder()
    local text, code = sh("lua5.4 rockspec/manual.lua " .. folder .. " 1700000000")
    assert.equal(0, code, text)
  end)
  teardown(files.remove_all)

  it("has a page for tether and one for each command, with every option of its help", function()
    for line in (sh "build/tether help"):gmatch "\n  (%l[^\n]*)" do
      local name = line:match "^(.-)  "
      local page = files.content(("%s/tether-%s.1"):format(folder, name:gsub(" ", "-"))):gsub("\\%-", "-")
      for option in (sh("build/tether help " .. name)):gmatch "\n%s+[-%w, ]*(%-%-[%w-]+)" do
        assert.truthy(page:find(option, 1, true), name .. " " .. option)
      end
      assert.matches("\\fB" .. name .. "\\fR", (files.content(folder .. "/tether.1")))
    end
  end)

  it("is free of warnings", function()
    for path in assert(io.popen("ls " .. folder .. "/*.1")):lines() do
      if has "man" then assert.equal("", (sh("LC_ALL=C.UTF-8 man --warnings -l " .. path .. " 2>&1 >/dev/null"))) end
      if has "mandoc" then assert.equal("", (sh("mandoc -T lint -W warning " .. path))) end
    end
  end)
end)
