--- (m) An XLSX file of 200,000 rows with a name of its own in each, imported on a sink: beside the same rows as CSV,
-- and its peak of memory beside that of half the rows.
local beside = require "spec.bench.beside"
local echo = require "spec.bench.echo"
local files = require "spec.support.files"
local measure = require "spec.bench.measure"
local zip = require "spec.support.zip"

local ROWS = 200000

local function csv(rows)
  local lines = { "from,name,to" }
  for i = 1, rows do lines[i + 1] = ("%d,Company number %d,%d"):format(10000000000 + i // 10, i, 20000000000 + i) end
  return files.write(table.concat(lines, "\n"), ".csv")
end

local function workbook(rows)
  local texts, lines = { "<t>from</t>", "<t>name</t>", "<t>to</t>" }, { '<row r="1"><c r="A1" t="s"><v>0</v></c>' ..
    '<c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>' }
  for i = 1, rows do
    local row = i + 1
    texts[i + 3] = ("<t>Company number %d</t>"):format(i)
    lines[row] = ('<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="s"><v>%d</v></c><c r="C%d"><v>%d</v></c></row>')
      :format(row, row, 10000000000 + i // 10, row, i + 2, row, 20000000000 + i)
  end
  return files.write(zip.bytes(zip.workbook { strings = texts,
    sheets = { { name = "Links", rows = table.concat(lines) } } }), ".xlsx")
end

return function()
  local sink <close> = echo.start()
  local function import(rows, path)
    local words = "build/tether import --quiet --from contacts --to companies"
    return beside.whole(rows, ("HUBSPOT_TOKEN=bench TETHER_URL=%s %s %s"):format(sink.url, words, path))
  end
  local large = import(ROWS, workbook(ROWS))
  measure.compare { name = ("(m) import XLSX of %d rows"):format(ROWS), unit = "s", figure = measure.seconds,
    ours = large, references = { { name = "CSV", command = import(ROWS, csv(ROWS)) } } }
  measure.compare { name = ("(m) import XLSX of %d rows: peak"):format(ROWS), unit = "MB",
    figure = function(f) return f.peak end, ours = large,
    references = { { name = ("%d rows"):format(ROWS // 2), command = import(ROWS // 2, workbook(ROWS // 2)) } } }
  files.remove_all()
end
