#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the models against the barest programs for the same work.

    python3 benches/bare/compare.py build [BLOCKS [NUMBERS]]

10,000 NUMBERS make tasks of about 20 ms.
Every block runs everything once, in a shuffled order; a ratio is the median of
the ratios within blocks, with the interval between the order statistics that
enclose the true median with at least 95 % confidence.
"""

import json
import math
import random
import subprocess
import sys

TASKS = 16
NUMBERS = int(sys.argv[3]) if len(sys.argv) > 3 else 50000
FIRST = 1000000000
ROUNDS = 20000


def output(*words):
    return subprocess.run(words, check=True, capture_output=True,
                          text=True).stdout


def bare(*words):
    return int(output(*words).split()[0])


def once(build, model, workload, *words):
    line = output(f"{build}/heddle", "once", "--model", model, "--workload",
                  workload, "--json", *words)
    return json.loads(line)["run_ns"]


def programs(build):
    expect = {}

    def heddle(model, workload, *words):
        key = (workload,) + words
        if key not in expect:
            expect[key] = output(f"{build}/heddle", "once", "--reference",
                                 "--model", "sequential", "--workload",
                                 workload, *words).strip()
        workers = ["--workers", "2"] if model != "sequential" else []
        return lambda: once(build, model, workload, "--expect", expect[key],
                            *workers, *words)

    primes = ("--tasks", str(TASKS), "--set", f"primes.numbers={NUMBERS}",
              "--set", f"primes.first={FIRST}")
    echo = ("--tasks", "1", "--set", f"echo.rounds={ROUNDS}")
    total = (str(FIRST), str(TASKS * NUMBERS))
    yield "bare, 1 thread", lambda: bare(f"{build}/bare_primes", "1", *total)
    yield "bare, 2 threads", lambda: bare(f"{build}/bare_primes", "2", *total)
    for model in ("sequential", "threads", "fork", "thread_pool",
                  "process_pool"):
        yield model, heddle(model, "primes", *primes)
    yield "echo, bare", lambda: bare(f"{build}/bare_echo", str(ROUNDS), "64")
    yield "echo, sequential", heddle("sequential", "echo", *echo)


def interval(values):
    """Median and distribution-free interval of at least 95 %."""
    values, n = sorted(values), len(values)
    low, tail = 0, 0.5 ** n
    while tail + math.comb(n, low + 1) * 0.5 ** n <= 0.025:
        low += 1
        tail += math.comb(n, low) * 0.5 ** n
    median = (values[(n - 1) // 2] + values[n // 2]) / 2
    return median, values[low], values[n - 1 - low]


def tell(what, times, a, b):
    ratio, low, high = interval([x / y for x, y in zip(times[a], times[b])])
    print(f"{what:44} {ratio:7.4f}  [{low:.4f}, {high:.4f}]")


def main():
    build = sys.argv[1]
    nblocks = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    contestants = dict(programs(build))
    times = {name: [] for name in contestants}
    rng = random.Random(1)
    for block in range(nblocks + 1):
        order = list(contestants)
        rng.shuffle(order)
        for name in order:
            elapsed_ns = contestants[name]()
            if block > 0:  # the first one warms up
                times[name].append(elapsed_ns)
    print(f"{nblocks} blocks; primes: {TASKS} tasks of {NUMBERS} numbers; "
          f"echo: {ROUNDS} round trips")
    tell("speed-up of bare, 2 threads over 1", times, "bare, 1 thread",
         "bare, 2 threads")
    for model in ("threads", "fork", "thread_pool", "process_pool"):
        tell(f"speed-up of {model} over sequential", times, "sequential",
             model)
        tell(f"  its time over that of bare, 2 threads", times, model,
             "bare, 2 threads")
    tell("primes: sequential over bare, 1 thread", times, "sequential",
         "bare, 1 thread")
    tell("echo: sequential over bare", times, "echo, sequential", "echo, bare")


main()
