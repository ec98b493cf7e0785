--- tether do match [FROM TO]: links contacts to the company that has their domain.
local common = require "tether.cli.line.common"
local workflow = require "tether.cli.shared.workflow"

return workflow.command { name = "do match", workflow = "match",
  summary = "link contacts to companies by domain",
  arguments = { { "from", "Object type with addresses; contacts when left out.", type = "TYPE", optional = true },
    { "to", "Object type with domains; companies when left out.", type = "TYPE", optional = true } },
  options = common.joined({
    { "--property", "Property that has the address; email when left out.", value = "NAME" },
    { "--domain", "Property that has the domain, again for several; domain when left out.", value = "NAME",
      many = true },
    { "--free", "File with more domains of mail providers, one a line, mail.* for every ending.", value = "FILE" },
    { "--exact", "A domain alone counts, not those that it stands beneath." },
    { "--choose", "Of several with one domain: only (none), recent or all.", value = "WHICH", default = "only",
      choices = { "only", "recent", "all" } },
    { "--empty", "Only records that have no such link yet." },
    { "--primary", "The link becomes the primary where a record has none." },
    { "--as", "Label of the new links.", value = "LABEL" },
  }, workflow.whom),
  notes = "Mail providers are known, and belong to nobody. A primary that is there is never moved.",
  examples = { "tether do match --primary --apply", "tether do match contacts companies --choose recent --apply" },
  options_of = function(options)
    return workflow.of_whom(options, { from = options.from, to = options.to, property = options.property,
      domain = #options.domain > 0 and options.domain or nil, free = options.free, subdomains = not options.exact,
      choose = options.choose, where = options.empty and "empty" or "any", primary = options.primary or nil,
      as = options.as })
  end }
