-- What a link costs, in instructions as valgrind counts them: the same on any machine that is built by the same
-- compiler. The ceilings stand a tenth above what was reached, so that no later change loses it unseen: who makes it
-- cheaper lowers them.
local files = require "spec.support.files"
local process = require "spec.support.process"
local sink = require "spec.bench.sink"
local tether = require "tether"

local FEW <const>, MANY <const> = 20000, 60000
local CEILING_OF_A_START <const> = 10500000 -- of which libcurl takes 3 million to start OpenSSL and to end it
local COMPILER = "12" -- of gcc, with which the ceilings were found

local function output(command)
  local pipe <close> = assert(io.popen(command))
  return pipe:read "a"
end

local measured = (output "grep -m1 -o avx2 /proc/cpuinfo"):match "avx2" and
  (output "gcc -dumpversion"):match "^%d+" == COMPILER and not process.interpreter():match "/san/"

-- Instructions of each function with all that it calls, of one run.
local function profile(program, url, count)
  local out = files.write ""
  local command = "timeout 240 valgrind --tool=callgrind --callgrind-out-file=%s lua5.4 spec/bench/programs/%s %s %d"
  local log = output(command:format(out, program, url, count) .. " 2>&1")
  local counts = {}
  local listing = output("callgrind_annotate --inclusive=yes --auto=no --threshold=100 " .. out .. " 2>/dev/null")
  for line in listing:gmatch "[^\n]+" do
    local number, name = line:match "^%s*([%d,]+)[^:]*:([%w_]+)"
    if number then counts[name] = math.max(counts[name] or 0, math.tointeger((number:gsub(",", "")))) end
  end
  return assert(next(counts) and counts, log)
end

-- Instructions a link of some functions together: what more links cost more.
local function of_a_link(few, many, names)
  local sum = 0
  for _, name in ipairs(names) do sum = sum + assert(many[name], name) - (few[name] or 0) end
  return sum / (MANY - FEW)
end

local function check(program, url, ceilings)
  local few, many = profile(program, url, FEW), profile(program, url, MANY)
  for _, one in ipairs(ceilings) do
    local cost = of_a_link(few, many, one)
    local told = ("%s: %.0f instructions a link; its ceiling is %d"):format(one.name, cost, one.most)
    assert(cost <= one.most, told)
    assert(cost > one.most * 0.8, told .. ", which may be lowered")
  end
end

-- All instructions of a program in Lua.
local function total(words)
  local command = "timeout 60 valgrind --tool=callgrind --callgrind-out-file=/dev/null lua5.4 %s 2>&1"
  local log = output(command:format(words))
  return math.tointeger(log:match "Collected : (%d+)") or error(log)
end

local measured_it = measured and it or
  function(name) pending(name .. ", with gcc 12 on x86_64 with AVX2, without sanitizers") end

describe("the instructions of a process", function()
  measured_it("that ties two records stay below their ceiling beside those of mapping libcurl", function()
    local portal <close> = tether.portal()
    portal:seed { contacts = { { id = 101 } }, companies = { { id = 9001 } } }
    local mapped = total [[-e 'require "tether.native".bind_lazily "libcurl.so.4"']]
    local whole = total(("-e 'local hub = require \"tether\".connect { url = %q, token = %q } " ..
      "hub:associate(\"contacts\", 101, \"companies\", 9001) hub:close()'"):format(portal.url, portal.token))
    assert(whole - mapped < CEILING_OF_A_START, ("%d, of which %d are the mapping"):format(whole, mapped))
  end)
end)

describe("the instructions of a link", function()
  teardown(function()
    sink.stop()
    files.remove_all()
  end)

  measured_it("stay below their ceilings in a write", function()
    check("write.lua", sink.start().url, {
      { name = "encode", most = 244, "tether_encode_typed" },
      { name = "decode", most = 118, "tether_decode_answer" },
      { name = "write", most = 718, "tether_encode_typed", "tether_decode_answer", "tether_outcome_reconcile",
        "tether_session_submit", "tether_session_step" },
    })
  end)

  measured_it("stay below their ceilings in a read of one link a record", function()
    check("read.lua", sink.start().single, {
      { name = "ask", most = 86, "tether_encode_ids" },
      { name = "decode", most = 207, "tether_decode_batch_read" },
      { name = "read", most = 639, "tether_encode_ids", "tether_decode_batch_read", "tether_session_submit",
        "tether_session_step" },
    })
  end)
end)
