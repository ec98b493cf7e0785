--- Looks for bytes in the memory of another process: in what a core dump of it would hold.
local M = {}

local CHUNK = 1 << 20

-- Mappings that may be read and that a dump holds: VmFlags without "dd" (do not dump) and "io" (a device's).
local function mappings(pid)
  local list, mapping = {}, nil
  for line in io.lines(("/proc/%d/smaps"):format(pid)) do
    local first, last, rights, name = line:match "^(%x+)%-(%x+) (%S+) %x+ %S+ %d+%s*(.*)$"
    if first then
      mapping = { first = tonumber(first, 16), last = tonumber(last, 16), rights = rights, name = name }
    elseif line:match "^VmFlags:" and mapping.rights:match "^r" and not (line .. " "):match " dd " and
      not (line .. " "):match " io " and mapping.name ~= "[vvar]" and mapping.name ~= "[vsyscall]" then
      list[#list + 1] = mapping
    end
  end
  return list
end

local function search(memory, mapping, needle, found)
  local at, before = mapping.first, ""
  memory:seek("set", at)
  while at < mapping.last do
    local bytes = memory:read(math.min(CHUNK, mapping.last - at))
    if not bytes then return end
    local text, from = before .. bytes, 1
    while true do
      local hit = text:find(needle, from, true)
      if not hit then break end
      found[#found + 1] = ("%x %s"):format(at - #before + hit - 1, mapping.name)
      from = hit + 1
    end
    before = text:sub(-(#needle - 1))
    at = at + #bytes
  end
end

--- Where a process holds some bytes.
-- @tparam integer pid of a child that stands still
-- @tparam string needle
-- @treturn {string,...} "address mapping"
function M.find(pid, needle)
  local memory = assert(io.open(("/proc/%d/mem"):format(pid), "rb"))
  memory:setvbuf "no"
  local found = {}
  for _, mapping in ipairs(mappings(pid)) do search(memory, mapping, needle, found) end
  memory:close()
  return found
end

-- Codes of HPACK (RFC 7541, appendix B) as far as tokens need them: character -> bits.
local codes = { B = "1011101" }
local function fill(characters, first, bits)
  for i = 1, #characters do
    local code, text = first + i - 1, ""
    for bit = bits - 1, 0, -1 do text = text .. (code >> bit & 1) end
    codes[characters:sub(i, i)] = text
  end
end
fill("012aceiost", 0, 5)
fill(" %-./3456789=A_bdfghlmnpru", 0x14, 6)
fill("jkqvwxyz", 0x74, 7)

--- Text as HTTP/2 writes it into a header, but for the bits of its last byte.
function M.huffman(text)
  local bits, bytes = text:gsub(".", codes), {}
  for i = 1, #bits - 7, 8 do bytes[#bytes + 1] = string.char(tonumber(bits:sub(i, i + 7), 2)) end
  return table.concat(bytes)
end

return M
