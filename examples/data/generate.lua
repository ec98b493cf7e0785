-- Makes the sample files beside it, the same bytes each time: lua5.4 examples/data/generate.lua [DIRECTORY [SEED]]
--
--   contacts.csv    id, firstname, lastname, email           UTF-8, LF
--   companies.csv   id, name, domain                         UTF-8, LF; names with commas, quotes and a line break
--   links.csv       Contact ID, Company ID, Label            as Excel saves it: byte order mark, CRLF
--   wrong_rows.csv  line, kind, expected, what               which lines of links.csv are odd, and what becomes of them
--
-- Some ids lie above 2^53 in neighbouring pairs that are one number as a double. Nobody in here is real: the domains
-- end in .example, which belongs to nobody (RFC 2606). `expected` is one of
--   broken   the reader refuses the line            bad id    a field that is no record id
--   unknown  no such record in the account          repeat    says what an earlier row has said
--   fine     odd, and a link all the same (blanks trimmed, letter case ignored, labels added up)
--   skipped  a blank line
local directory, seed = arg[1] or arg[0]:match "^(.*)/[^/]*$" or ".", math.tointeger(arg[2]) or 20260301

local CONTACTS, COMPANIES, LINKS = 2400, 620, 5400
local LABELS = { "Decision maker", "Billing contact", "Contractor", "Toy tester" }

-- splitmix64, so that no version of Lua changes the files.
local function random(least, most)
  seed = seed + 0x9E3779B97F4A7C15
  local z = (seed ~ (seed >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return least + ((z ~ (z >> 31)) >> 1) % (most - least + 1)
end

local function one_of(list) return list[random(1, #list)] end

local function words(text)
  local list = {}
  for word in text:gmatch "%S+" do list[#list + 1] = (word:gsub("_", " ")) end
  return list
end

-- Names as people write them, with their plain form for an address.
local FIRST = words [[Jane Juan Mary Ahmed Wei Olga Peter Lucía Zoë Łukasz Søren Aoife Björn Chloé Dmitri Elif Fatima
  Giulia Hana Ines José Kenji Léa Mårten Noémie Oskar Priya Quentin Rosa Siobhán Tomás Uma Vera Yusuf 美咲 Anne-Marie]]
local LAST = words [[Doe García O'Brien Müller Nowak Sørensen Åkesson Dupont D'Angelo Kowalska Ivanova Tanaka Smith
  Şahin Nguyễn van_der_Berg de_la_Cruz Ng Okafor Papadopoulos Quispe Rossi Schmidt Tremblay Ueda
  Virtanen Wójcik Žukauskas 王]]
local PLAIN = { ["á"] = "a", ["å"] = "a", ["Å"] = "a", ["é"] = "e", ["ë"] = "e", ["í"] = "i", ["Ł"] = "l", ["ó"] = "o",
  ["ö"] = "o", ["ø"] = "o", ["Ş"] = "s", ["ü"] = "u", ["ễ"] = "e", ["Ž"] = "z", ["美"] = "mi", ["咲"] = "saki",
  ["王"] = "wang", ["Ü"] = "u", ["ź"] = "z" }

local function plain(text)
  return (text:gsub(utf8.charpattern, PLAIN):lower():gsub("[^%w]+", "-"):gsub("^%-+", ""):gsub("%-+$", ""))
end

local function quoted(text) return '"' .. text:gsub('"', '""') .. '"' end

local function field(text)
  return (text:find '[",\r\n]' or text:find "^%s" or text:find "%s$") and quoted(text) or text
end

local function row(...)
  local parts = { ... }
  for i, part in ipairs(parts) do parts[i] = field(tostring(part)) end
  return table.concat(parts, ",")
end

local function write(name, text)
  local file = assert(io.open(directory .. "/" .. name, "wb"))
  assert(file:write(text))
  file:close()
end

-- Ids of 11 to 15 digits, and a few pairs of neighbours above 2^53.
local function make_ids(count, first_above)
  local ids, seen = {}, {}
  for i = 0, 5 do ids[2 * i + 1], ids[2 * i + 2] = first_above + 4 * i, first_above + 4 * i + 1 end
  while #ids < count do
    local digits = random(11, 15)
    local id = random(10 ^ (digits - 1) // 1 | 0, (10 ^ digits // 1 | 0) - 1)
    if not seen[id] then ids[#ids + 1] = id end
    seen[id] = true
  end
  for i = #ids, 2, -1 do
    local j = random(1, i)
    ids[i], ids[j] = ids[j], ids[i]
  end
  return ids
end

local contacts, companies = make_ids(CONTACTS, 9007199254740992), make_ids(COMPANIES, 9007199254750016)

-- companies.csv -----------------------------------------------------------------------------------------------------

local domains = {}

local function write_companies()
  local named = { "Müller, Sohn & Co. KG", 'The "Original" Toy Company', "Two Lines\nHolding", "Ünal; Partner" }
  local heads = words [[Acme Blue_Heron Cobalt Delta Evergreen Fjord Granite Harbour Iron_Gate Juniper Kestrel Lantern
    Maple Nordic Orchard Pioneer Quarry Riverside Silver_Birch Tundra Umbra Valley Willow Zenith Łódź Québec]]
  local tails = words [[Toys Logistics Foods Software Consulting Textiles Energy Optics Paper Robotics Clinics Games
    Bikes Seeds Tools Media Travel Insurance Furniture Brewing]]
  local forms = words [[Ltd Inc. GmbH S.A. AB Oy LLC B.V. ,_Inc. &_Co.]]
  local lines, seen = { row("id", "name", "domain") }, {}
  for i, id in ipairs(companies) do
    local name = named[i]
    while not name or seen[plain(name)] do
      name = ("%s %s %s"):format(one_of(heads), one_of(tails), one_of(forms)):gsub(" ,", ",")
    end
    seen[plain(name)], domains[i] = true, plain(name) .. ".example"
    lines[i + 1] = row(id, name, domains[i])
  end
  write("companies.csv", table.concat(lines, "\n") .. "\n")
end

-- contacts.csv ------------------------------------------------------------------------------------------------------

local function write_contacts()
  local lines = { row("id", "firstname", "lastname", "email") }
  for i, id in ipairs(contacts) do
    local first, last = one_of(FIRST), one_of(LAST)
    local email = ("%s.%s.%d@%s"):format(plain(first), plain(last), i, one_of(domains))
    if i % 97 == 0 then last = last .. ", Jr." end
    if i % 211 == 0 then first = first .. ' "Ace"' end
    if i % 151 == 0 then last = "" end
    if i % 307 == 0 then email = "" end
    lines[i + 1] = row(id, first, last, email)
  end
  write("contacts.csv", table.concat(lines, "\n") .. "\n")
end

-- links.csv ---------------------------------------------------------------------------------------------------------

local taken = {}

-- A pair that no other row has.
local function fresh()
  while true do
    local contact, company = one_of(contacts), one_of(companies)
    local key = contact .. " " .. company
    if not taken[key] then
      taken[key] = true
      return contact, company
    end
  end
end

local function stranger(known)
  local seen = {}
  for _, value in ipairs(known) do seen[value] = true end
  while true do
    local id = random(100000000000, 999999999999)
    if not seen[id] then return id end
  end
end

local function make_links()
  local links = {}
  for i = 1, LINKS do
    local contact, company = fresh()
    links[i] = { contact = contact, company = company, label = random(1, 10) <= 4 and "" or one_of(LABELS) }
  end
  return links
end

local function link_line(i, link)
  if i % 13 == 0 then return ('"%d","%d","%s"'):format(link.contact, link.company, link.label) end
  if i % 5 == 0 then return ('%d,%d,"%s"'):format(link.contact, link.company, link.label) end
  return ("%d,%d,%s"):format(link.contact, link.company, link.label)
end

-- Each kind: its name, what becomes of it, and its lines: text with {c}, {k} for a contact and a company that no other
-- row ties, {C}, {K} for ids that the account does not have, {=n} for a row that has been before, {>n} for its ids.
local KINDS = {
  { "id empty", "bad id", ",{k},Contractor", "{c},,", ",,Decision maker" },
  { "id of blanks", "bad id", "   ,{k},", "{c}, ,Toy tester" },
  { "zero", "bad id", "0,{k},Contractor", "{c},0," },
  { "negative", "bad id", "-{c},{k},", "{c},-1,Billing contact" },
  { "exponent", "bad id", "1e5,{k},", "1.00129E+11,{k},Decision maker", '{c},"2,93847E+14",' },
  { "float", "bad id", "101.0,{k},", "{c},{k}.0,Contractor", '"101,5",{k},' },
  { "thousands separators", "bad id", '"100,129,384,756",{k},', "100.129.384.756,{k},Toy tester",
    "{c},284 756 102 933,", "{c},284'756'102'933,Contractor" },
  { "letters", "bad id", "abc,{k},", "{c},n/a,Billing contact", "#N/A,{k},", "1O0I29384756,{k},Decision maker" },
  { "too long", "bad id", "12345678901234567890,{k},", "{c},9223372036854775808,Contractor",
    "{c},18446744073709551617," },
  { "sign, zeros or apostrophe in front", "bad id", "+{c},{k},", "000{c},{k},Toy tester", "'{c},{k},",
    '="{c}",{k},Decision maker', "0x17A2B3C4D5,{k}," },
  { "digits of another script", "bad id", "١٠٠١٢٩٣٨٤٧٥٦,{k},", "{c},１００１２９３８４７５６,Contractor" },
  { "email for an id", "bad id", "jane.doe@acme-toys-ltd.example,{k},", "{c},info@fjord-games-ab.example,Contractor" },
  { "address of the record for an id", "bad id", "https://app.hubspot.com/contacts/1/record/0-1/{c},{k}," },
  { "several ids in one field", "bad id", "{c};{c},{k},Billing contact" },
  { "separators alone", "bad id", ",,", ",," },
  { "header again", "bad id", "Contact ID,Company ID,Label" },
  { "unknown contact", "unknown", "{C},{k},Decision maker", "{C},{k},", "{C},{k},Contractor" },
  { "unknown company", "unknown", "{c},{K},", "{c},{K},Toy tester", "{c},{K}," },
  { "unknown on both sides", "unknown", "{C},{K},Billing contact" },
  { "columns swapped", "unknown", "{k},{c},Decision maker", "{k},{c}," },
  { "same row again", "repeat", "{=12}", "{=1200}", "{=1201}", "{=3000}" },
  { "label of an earlier row left out", "repeat", "{>20}" },
  { "another label for the same pair", "fine", "{>31}Contractor", "{>32}Toy tester", "{>33}Billing contact" },
  { "label in another case", "fine", "{c},{k},decision maker", "{c},{k},BILLING CONTACT", "{c},{k},Toy Tester",
    "{c},{k},contractor" },
  { "blanks around the label", "fine", '{c},{k}," Contractor "', "{c},{k},Decision maker  " },
  { "blanks around the id", "fine", " {c},{k},", "{c} , {k} ,Toy tester", '"{c}"  , "{k}",Contractor',
    "\u{A0}{c},{k}\u{A0}," },
  { "trailing separators", "fine", "{c},{k},Contractor,", "{c},{k},,,,", "{c},{k},Toy tester,,,,,," },
  { "too few fields", "broken", "{c},{k}", "{c}", "{c};{k};Contractor" },
  { "too many fields", "broken", "{c},{k},Decision maker, Contractor", "{c},{k},,see notes" },
  { "not UTF-8", "broken", "{c},{k},D\xE9cideur", "{c}\xA0,{k},Contractor" },
  { "NUL byte", "broken", "{c},{k},Toy\0tester" },
  { "quote inside quotes", "broken", '{c},{k},"Decision "maker""' },
  { "blank line", "skipped", "", "", "", "  \t " },
}

-- Fills in one odd row.
local function fill(text, links)
  local contact, company = fresh()
  text = text:gsub("{=(%d+)}", function(n) return link_line(1, links[tonumber(n)]) end)
  text = text:gsub("{>(%d+)}", function(n)
    local link = links[tonumber(n)]
    return ("%d,%d,"):format(link.contact, link.company)
  end)
  return (text:gsub("{(%a)}", { c = contact, k = company, C = stranger(contacts), K = stranger(companies) }))
end

-- The odd rows in random order, each with the number of good rows before it.
local function make_odd(links)
  local odd = {}
  for _, kind in ipairs(KINDS) do
    for i = 3, #kind do
      local least = 40
      for n in kind[i]:gmatch "{[=>](%d+)}" do least = tonumber(n) end
      odd[#odd + 1] = { kind = kind[1], expected = kind[2], line = fill(kind[i], links) }
      odd[#odd].after = random(least, LINKS - 1)
    end
  end
  table.sort(odd, function(a, b) return a.after < b.after or (a.after == b.after and a.line < b.line) end)
  return odd
end

-- An odd row as text that any program can show.
local function shown(line)
  return utf8.len(line) and (line:gsub("%z", "\\0")) or (line:gsub("[\x80-\xFF]", function(byte)
    return ("\\x%02X"):format(byte:byte())
  end))
end

local function write_links()
  local links = make_links()
  for i, label in ipairs(LABELS) do links[30 + i].label, links[20].label = label, label end
  local odd, lines, list, next_odd = make_odd(links), { "Contact ID,Company ID,Label" }, {}, 1
  list[1] = row("line", "kind", "expected", "what")
  local function add(kind, expected, line)
    lines[#lines + 1] = line
    list[#list + 1] = row(#lines, kind, expected, shown(line))
  end
  for i, link in ipairs(links) do
    lines[#lines + 1] = link_line(i, link)
    while odd[next_odd] and odd[next_odd].after == i do
      add(odd[next_odd].kind, odd[next_odd].expected, odd[next_odd].line)
      next_odd = next_odd + 1
    end
  end
  add("total", "bad id", ("Total,%d,"):format(LINKS))
  write("links.csv", "\u{FEFF}" .. table.concat(lines, "\r\n")) -- without a line break at the end
  write("wrong_rows.csv", table.concat(list, "\n") .. "\n")
end

write_companies()
write_contacts()
write_links()
