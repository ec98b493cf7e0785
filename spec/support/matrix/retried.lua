--- What the sources know of faults, against the columns of the matrix: a status that is retried, a code of the
-- transport, a field of the portal's faults that has no column.
local files = require "spec.support.files"

local M = {}

-- Fields of a rule that say whom it strikes, or that only colour an answer.
local WHOM = { operation = true, method = true, path = true, nth = true, times = true, seed = true, probability = true,
  body = true, headers = true, chunk = true }
-- Codes that other tests show: a portal that listens cannot be unreachable, and answers that no memory holds, of more
-- than 512 MB, are left to spec/c/retry_test.c.
local ELSEWHERE = { HOST_UNREACHABLE = true, TOO_LARGE = true, NO_MEMORY = true }

--- What has no column.
-- @tparam {table,...} list the columns
-- @treturn {string,...}
function M.without_column(list)
  local statuses, codes, fields, missing = {}, {}, {}, {}
  for _, fault in ipairs(list) do
    if fault.code then codes[fault.code] = true end
    for name, value in pairs(fault.rule or {}) do
      fields[name] = true
      if name == "status" then statuses[value] = true end
    end
  end
  local retry = assert(files.content("csrc/core/pace/retry.c"):match "ends%[%] = (%b{})")
  for status, code in retry:gmatch "{(%d+), TETHER_(%u[%u_]+)," do
    if code ~= "OK" and not codes[code] and not ELSEWHERE[code] then missing[#missing + 1] = code end
    if code == "OK" and not statuses[tonumber(status)] then missing[#missing + 1] = status end
  end
  local known = assert(files.content("csrc/portal/lab/faults.c"):match "fields%[%] = (%b{})")
  for name in known:gmatch '{"(%w+)"' do
    if not (fields[name] or WHOM[name]) then missing[#missing + 1] = name end
  end
  return missing
end

return M
