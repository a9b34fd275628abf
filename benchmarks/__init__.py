"""The solver on public instances, judged from outside: `python -m benchmarks solve …` and `python -m benchmarks table …`.

Instances, best-known values and the judge are read from `../shared`, beside the repository; nothing of them is kept here.
"""
