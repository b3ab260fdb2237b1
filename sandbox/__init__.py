"""Both vendor APIs on loopback over made-up tenants: for the demo, the tests and the benchmarks."""
