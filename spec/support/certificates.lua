--- Certificates of one's own for nginx: an authority, and what it signs.
local M = {}

local function sh(command)
  assert(os.execute("( " .. command .. " ) >/dev/null 2>&1"), command)
end

--- Makes an authority in a folder.
-- @treturn table { file = path of its certificate, sign = function }
function M.authority()
  local folder = os.tmpname()
  os.remove(folder)
  sh(("mkdir %s && cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key " ..
    "-out ca.pem -days 2 -subj /CN=tether-test-authority"):format(folder, folder))
  local authority = { folder = folder, file = folder .. "/ca.pem" }

  --- Signs a certificate for a subjectAltName, e.g. "IP:127.0.0.1"; `days` below 0: expired.
  -- @treturn string path of the certificate
  -- @treturn string path of its key
  function authority.sign(name, alt_name, days)
    sh(("cd %s && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -out %s.csr " ..
      "-subj /CN=%s && printf 'subjectAltName=%s' >%s.ext && openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key " ..
      "-CAcreateserial -days %d -extfile %s.ext -out %s.pem"):format(folder, name, name, name, alt_name, name, name,
      days or 2, name, name))
    return ("%s/%s.pem"):format(folder, name), ("%s/%s.key"):format(folder, name)
  end

  function authority.remove() sh("rm -rf " .. folder) end
  return authority
end

return M
