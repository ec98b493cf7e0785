--- Rate limits by kind of account, for association endpoints: calls in ten seconds and calls a day (wire 10.1).
--
-- Where the guide's general table and its table of association endpoints differ, the lower figure stands here. Batches
-- seem to be exempt from the ten-second window (wire 10.1); these figures do not rely on it.
return {
  { name = "free", burst = 100, daily = 250000 },
  { name = "starter", burst = 100, daily = 250000 },
  { name = "professional", burst = 150, daily = 500000 },
  { name = "enterprise", burst = 150, daily = 500000 },
  { name = "increase", burst = 200, daily = 1000000 }, -- professional or enterprise with the API limit increase
  { name = "oauth", burst = 110 }, -- a public app: no daily limit of its own
}
