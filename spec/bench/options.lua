--- How the bench connects: every option that bears on speed in one place, so that a new default changes no figure.
return { token = "bench", concurrency = 8, timeout = 120, ca_file = os.getenv "BENCH_CA" }
