-- Slips in what looks at everything between a script and an account.
return {
  folder = "lua/tether/",
  specs = { "doctor_spec" },
  slips = {
    { "doctor.lua", "local LOW = 0.1", "local LOW = 0.01", "constant: a low day" },
    { "doctor.lua", "local SKEW_S, SKEW_MOST_S = 5, 300", "local SKEW_S, SKEW_MOST_S = 5, 30000", "constant: a wrong clock" },
    { "doctor.lua", "and not region:match \"^na%d\"", "", "condition dropped: the region of the usual address" },
    { "doctor/routes.lua", "answer.status >= 500 or answer.status == 429 then return nil end", "answer.status >= 500 then return nil end", "one status less: 429" },
    { "doctor/routes.lua", "return answer.status ~= 404 and answer.status ~= 405", "return answer.status ~= 404", "one status less: 405" },
    { "doctor/scopes.lua", "if not has[bare(one.name)] and not (one.older and has[one.older]) then", "if not has[bare(one.name)] then", "condition dropped: an older scope" },
    { "doctor/scopes.lua", "local body = answer and answer.status == 200 and json.decode(answer.body)", "local body = answer and json.decode(answer.body)", "condition dropped: a refusal" },
  },
}
