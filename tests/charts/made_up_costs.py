#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a session of MADE-UP DATA: the charts of costs, and their worst cases.

usage: made_up_costs.py SESSION
"""
import os
import sys

from made_up import labels, series, write_gp, write_tsv

GROUPS = ["processor", "kernel", "hand-over", "creation", "memory"]
HEADER = ["row", "group", "label", "method", "one_core_ns", "low", "high",
          "two_cores_ns", "low", "high", "reason"]
NO_CORE = ("pipe_across needs two cores, and one is usable: Operation not "
           "supported (EOPNOTSUPP)")
# group, label, method, one core, two cores, in ns; the most there is place for.
LADDER = [
    (1, "function call", "call and return, not inlined", 1.1, None),
    (1, "coroutine switch", "half of there and back", 4.8, None),
    (1, "atomic add", "alone on its cache line", 6, None),
    (1, "mutex, uncontended", "lock, unlock; 2 threads exist", 18, None),
    (2, "clock_gettime(2)", "by the vDSO, no system call", 40, None),
    (2, "system call", "getppid(2)", 160, None),
    (1, "swapcontext(3)", "half of there and back", 338, None),
    (3, "cache line round trip", "both threads spin", None, 420),
    (5, "page of a cached file", "pread(2) of 4 KiB, tmpfs", 550, None),
    (3, "process switch", "half a pipe round trip", 2100, None),
    (5, "page, first touch", "4 KiB, private", 3600, None),
    (3, "futex round trip", "wake the other, sleep", 4200, 14400),
    (3, "pipe round trip", "two pipes, 8 bytes", 4400, 14700),
    (3, "Unix socket round trip", "socketpair(2), 8 bytes", 7400, 15000),
    (3, "TCP round trip", "loopback, 8 bytes", 11300, 26000),
    (4, "thread", "create and join", 30000, None),
    (5, "huge page, first touch", "2 MiB, private", 60000, None),
    (4, "fork", "fork, exit, wait", 189000, None),
    (4, "posix_spawn", "of /bin/true, and wait", 411000, None),
    (4, "posix_spawn, 1 GiB", "the parent has touched it", 412000, None),
    (4, "fork, 64 MiB", "the parent has touched them", 1700000, None),
    (4, "fork, 1 GiB", "the parent has touched it", 24700000, None),
]


def figure(value, spread=.15):
    if value is None:
        return ["?"] * 3
    return [value, value * (1 - spread), value * (1 + spread)]


def costs(folder):
    groups = {f"GROUP{i}": name for i, name in enumerate(GROUPS, 1)}
    rows = [[n, group, label, method, *figure(one), *figure(two), "?"]
            for n, (group, label, method, one, two) in enumerate(LADDER, 1)]
    write_tsv(folder, "costs.rows", HEADER, rows)
    write_gp(folder, "costs", "costs",
             "A thread costs as much as 6300 coroutine switches, a fork from "
             "1 GiB as much as 820 threads", NROWS=len(rows),
             NGROUPS=len(GROUPS), **groups)

    # One core, too few blocks for intervals, and what is no primitive.
    rows = [[n, group, label, method, "?" if one is None else one,
             *["?"] * 5, "?" if one is not None and two is None else NO_CORE]
            for n, (group, label, method, one, two) in enumerate(LADDER, 1)]
    rows = [rows[0], rows[7], rows[12]]
    rows.append([4, 0, "primes, long named", "?", 5.2e9, *["?"] * 6])
    for n, row in enumerate(rows, 1):
        row[0] = n
    write_tsv(folder, "costs-worst.rows", HEADER, rows)
    write_gp(folder, "costs-worst", "costs", "2 blocks are too few for a "
             "finding: 4 more would do", NROWS=len(rows), NGROUPS=len(GROUPS),
             **groups)


def bytes_per_task(folder):
    header = ["tasks", "bytes_per_task", "low", "high"]
    holes = ["panel", "inflight", "model", "reason"]
    counts = [10, 100, 1000, 10000, 100000]

    def line(price, shared, last):
        values = [price + shared / n for n in counts[:last]]
        return [[n, v, v * .95, v * 1.05]
                for n, v in zip(counts, values)]

    names = [("event_loop", "event_loop"), ("coroutines", "coroutines"),
             ("threads", "threads"), ("thread_pool", "thread_pool"),
             ("fork", "fork")]
    series(folder, "bytes.1", header,
           [line(260, 8000, 5), line(4400, 10000, 5), line(31000, 0, 4),
            line(32000, 90000, 4), line(119000, 0, 3)])
    refused = [[2, 10000, "fork",
                "forking for task 3172: EAGAIN: pids.max of the control group is 3200, and 3200 are "
                "in use; raise it: echo max > /sys/fs/cgroup/pids.max"],
               [3, 100000, "threads",
                "creating a thread for task 32744: EAGAIN: vm.max_map_count "
                "is 65530, and 65529 are in use; raise it: sysctl -w vm.max_map_count=262144"],
               [3, 100000, "fork", "the same once more"]]
    write_tsv(folder, "bytes.holes", holes, refused)
    write_gp(folder, "bytes", "bytes-per-task",
             "A waiting task under fork holds 116 KiB, 450 times as much as "
             "under event loop (0.26 KiB), with 1000 of them",
             NHOLES=len(refused), **labels(names))

    series(folder, "bytes-none.1", header, [[["?"] * 4]])
    write_tsv(folder, "bytes-none.holes", holes, [])
    write_gp(folder, "bytes-none", "bytes-per-task",
             "Nothing could be measured", NHOLES=0,
             **labels([("fork", "fork")]))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = os.path.join(sys.argv[1], "data")
    os.makedirs(folder)
    costs(folder)
    bytes_per_task(folder)


if __name__ == "__main__":
    main()
