"""How many filings an hour: conversions with and without Arelle, growth, workers, memory.

    python -m benchmarks.throughput.run [--press FOLDER] [--picture FILE.svg] [--quick]

`releases` makes what is converted, `floor` is what Arelle takes alone, `others` are other
programs on the same, `room` is the filing room itself. Everything is measured in one run,
so the ratios hold whatever the machine; figures of one core are processor time.
"""
