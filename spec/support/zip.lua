--- ZIP files as writers really make them, byte by byte, so that a spec can have a faulty one. Deflating is gzip's.
local files = require "spec.support.files"

local M = {}

local CRC = {}
for byte = 0, 255 do
  local value = byte
  for _ = 1, 8 do value = value & 1 == 1 and value >> 1 ~ 0xEDB88320 or value >> 1 end
  CRC[byte] = value
end

local function crc32(text)
  local value = 0xFFFFFFFF
  for i = 1, #text do value = value >> 8 ~ CRC[(value ~ text:byte(i)) & 0xFF] end
  return value ~ 0xFFFFFFFF
end

--- What gzip makes of a text.
function M.gzip(text)
  local pipe <close> = assert(io.popen("gzip -nc " .. files.write(text)))
  return pipe:read "a"
end

-- Method, bytes and checksum of an entry: a gzip file without its header and trailer is what a ZIP file has.
local function packed(entry)
  local text = entry.text
  if entry.stored then return 0, text, crc32(text) end
  local bytes = entry.gzip or M.gzip(text)
  return 8, bytes:sub(11, -9), (string.unpack("<I4", bytes, #bytes - 7))
end

-- A streaming writer (flag 8) leaves checksum and sizes out of the entry's own header and writes them behind the bytes.
local function add(parts, entry, at)
  local method, bytes, crc = packed(entry)
  crc = entry.crc or crc
  local size = entry.size or #entry.text
  local flags = (entry.stream and 8 or 0) | (entry.encrypted and 1 or 0) | 0x800
  local known = entry.stream and { 0, 0, 0 } or { crc, #bytes, size }
  local own = string.pack("<I4I2I2I2I2I2I4I4I4I2I2", 0x04034B50, 20, flags, method, 0, 33, known[1], known[2], known[3],
    #entry.name, 0) .. entry.name
  local behind = entry.stream and string.pack("<I4I4I4I4", 0x08074B50, crc, #bytes, size) or ""
  parts[#parts + 1] = own .. bytes .. behind
  return string.pack("<I4I2I2I2I2I2I2I4I4I4I2I2I2I2I2I4I4", 0x02014B50, 20, 20, flags, method, 0, 33, crc, #bytes, size,
    #entry.name, 0, 0, 0, 0, 0, at) .. entry.name
end

--- The bytes of a ZIP file.
-- @tparam {table,...} entries { name =, text =, stored = not deflated, stream = as a streaming writer has it,
--   encrypted = says that it is, crc = a wrong checksum, gzip = what gzip made of the text, with size } each
function M.bytes(entries)
  local parts, list, at = {}, {}, 0
  for _, entry in ipairs(entries) do
    list[#list + 1] = add(parts, entry, at)
    at = at + #parts[#parts]
  end
  local central = table.concat(list)
  parts[#parts + 1] = central .. string.pack("<I4I2I2I2I2I4I4I2", 0x06054B50, 0, 0, #entries, #entries, #central, at, 0)
  return table.concat(parts)
end

local TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

local function relations(list)
  local lines = {}
  for i, relation in ipairs(list) do
    lines[i] = ('<Relationship Id="rId%d" Type="%s%s" Target="%s"/>'):format(i, TYPES, relation[1], relation[2])
  end
  return "<Relationships>" .. table.concat(lines) .. "</Relationships>"
end

--- The entries of a workbook, for `bytes`.
-- @tparam table book sheets = { { name =, rows = the XML in <sheetData>, hidden =, kind = "worksheet" }, … };
--   strings = { the XML inside of <si>, … } or nil, more = fields of every entry
function M.workbook(book)
  local sheets, targets, entries = {}, {}, {}
  for i, sheet in ipairs(book.sheets) do
    sheets[i] = ('<sheet name="%s" sheetId="%d" r:id="rId%d"%s/>'):format(sheet.name, i, i,
      sheet.hidden and ' state="hidden"' or "")
    targets[i] = { sheet.kind or "worksheet", ("worksheets/sheet%d.xml"):format(i) }
    entries[#entries + 1] = { name = ("xl/worksheets/sheet%d.xml"):format(i),
      text = "<worksheet><sheetData>" .. sheet.rows .. "</sheetData></worksheet>" }
  end
  if book.strings then
    targets[#targets + 1] = { "sharedStrings", "sharedStrings.xml" }
    entries[#entries + 1] = { name = "xl/sharedStrings.xml",
      text = "<sst><si>" .. table.concat(book.strings, "</si><si>") .. "</si></sst>" }
  end
  entries[#entries + 1] = { name = "_rels/.rels", text = relations { { "officeDocument", "xl/workbook.xml" } } }
  entries[#entries + 1] = { name = "xl/workbook.xml",
    text = '<workbook xmlns:r="x"><sheets>' .. table.concat(sheets) .. "</sheets></workbook>" }
  entries[#entries + 1] = { name = "xl/_rels/workbook.xml.rels", text = relations(targets) }
  for _, entry in ipairs(entries) do
    for name, value in pairs(book.more or {}) do entry[name] = value end
  end
  return entries
end

return M
