#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes MADE-UP DATA for the charts of the GIL, and their worst cases.

usage: made_up_gil.py SESSION
"""
import os
import random
import sys

sys.dont_write_bytecode = True
from made_up import REFUSED, labels, series, strips, write_gp, write_tsv

CP3 = ("cpython311_threads", "CPython 3.11, threads")
CP3_PROCESSES = ("cpython311_processes", "CPython 3.11, processes")
CP2 = ("cpython27_threads", "CPython 2.7, threads")
CP3_FREE = ("cpython313t_interpreters",
            "CPython 3.13 free-threaded, interpreters")
C = [(m, m) for m in ("threads", "gil", "gil_ticks", "process_pool",
                      "gil_each")]
HEADER = ["x", "y", "low", "high", "least", "most", "flat"]
NOTHING = [["?"] * 7]
ROW = ["row", "model", "label"]


def line(points, spread=.03, flat=0):
    rows = []
    for x, y in points:
        y *= random.lognormvariate(0, .01)
        rows.append([x, y, y * (1 - spread), y * (1 + spread),
                     y * (1 - 2 * spread), y * (1 + 3 * spread), flat])
    return rows


def panels(folder, name, kind, title, pairs, data, **more):
    """data: for each panel one list of rows a series."""
    for number, blocks in enumerate(data, 1):
        series(folder, f"{name}.{number}", HEADER,
               [rows or NOTHING for rows in blocks])
    write_gp(folder, name, kind, title, CORES=2, PANELS=len(data),
             **labels(pairs), **more)


def workers(folder):
    counts = [1, 2, 4, 8]
    pairs = C + [CP3, CP3_PROCESSES, CP2]
    cores = [[(n, min(n, 2) * .98) for n in counts],
             [(n, .99) for n in counts],
             [(n, .97 if n == 1 else .55) for n in counts],
             [(n, min(n, 2) * .96) for n in counts],
             [(n, min(n, 2) * .97) for n in counts],
             [(n, .98) for n in counts],
             [(n, min(n, 2) * .9) for n in counts],
             [(n, .6 if n > 1 else 1) for n in counts]]
    waits = [[(n, n * .99) for n in counts]] * 8
    more = dict(PANEL1_TITLE="CPU-bound: countdown", PANEL1_CORES=2,
                PANEL2_TITLE="I/O-bound: sleepers", PANEL2_CORES=0)
    panels(folder, "gil-workers", "gil-workers", "Two threads under a GIL "
           "compute as fast as one, under the old one at 0.55 times the "
           "speed; what waits gains in every model", pairs,
           [[line(p) for p in cores], [line(p) for p in waits]], **more)
    # The longest names, a series without data, intervals that are missing.
    worst = C + [CP3_FREE]
    rows = [[line(p) for p in cores[:4]] + [[], line(cores[1])]] * 2
    for row in rows[0][0]:
        row[2:6] = ["?"] * 4
    panels(folder, "gil-workers-worst", "gil-workers", "No series has all",
           worst, rows, **more)
    panels(folder, "gil-workers-one", "gil-workers", "One panel, one point",
           C[1:2], [[line([(1, 1)])]], PANEL1_TITLE="CPU-bound",
           PANEL1_CORES=1)


def interval(folder):
    intervals = [.01, .1, .5, 1, 5, 20, 100]
    pairs = [("threads", "threads"), ("gil", "gil"), CP3]

    def chart(name, title, which, noise=.05):
        wait = [line([(i, .03) for i in intervals], flat=1),
                line([(i, 2 * i + .1) for i in intervals], noise),
                line([(i, 2.1 * i + .2) for i in intervals], noise)]
        speed = [line([(i, 97) for i in intervals], flat=1),
                 line([(i, 100 * i / (i + .09)) for i in intervals]),
                 line([(i, 100 * i / (i + .12)) for i in intervals])]
        price = [line([(i, 25000) for i in intervals], flat=1),
                 line([(i, 2.7e3 / (i + .11)) for i in intervals]),
                 line([(i, 3e3 / (i + .12)) for i in intervals])]
        panels(folder, name, "gil-interval", title, which,
               [rows[:len(which)] for rows in (wait, speed, price)])
        series(folder, name + ".p90", ["x", "y"],
               [[[x, y * 1.4] for x, y, *_ in rows]
                for rows in wait[:len(which)]])

    chart("gil-interval", "Half of the requests wait two intervals, as in "
          "CPython 3.11; at 0.1 ms the CPU thread keeps 53 % of its speed",
          pairs)
    chart("gil-interval-alone", "No CPython here", pairs[:2])


def waits(folder):
    header = ROW + [f"waits_{n}" for n in range(5)] + [
        "beside", "reason"]

    def row(number, pair, k, shares):
        beside = f"{k} CPU thread{'' if k == 1 else 's'}"
        if shares is None:
            return [number, *pair] + ["?"] * 5 + [beside, REFUSED]
        return [number, *pair] + shares + [beside, "?"]

    gil = ("gil", "gil")
    write_tsv(folder, "gil-waits.rows", header, [
        row(1, gil, 1, [.02, .13, .83, .01, .01]),
        row(2, CP3, 1, [.03, .12, .84, .005, .005]),
        row(3, gil, 2, [.01, .03, .09, .12, .75]),
        row(4, CP3, 2, [0, .05, .05, .1, .8]),
        row(5, gil, 4, [0, 0, 0, 0, 1]),
        row(6, CP3_FREE, 4, None)])
    write_gp(folder, "gil-waits", "gil-waits", "Beside one CPU thread 83 % of "
             "the requests wait two intervals, beside four of them all wait "
             "four or more", CORES=2, NROWS=6)


def share(folder):
    percents = [0, 25, 50, 75, 90, 100]
    pairs = [("gil", "gil"), CP3]

    def curves(k):
        dense = [p * 2.5 for p in range(41)]
        amdahl = [[p, 1 / (1 - p / 100 + p / 100 / k)] for p in dense]
        bound = [[p, min(k, 1 / (1 - p / 100)) if p < 100 else k]
                 for p in dense]
        queue = [[p, (a[1] + b[1]) / 2]
                 for p, a, b in zip(dense, amdahl, bound)]
        return [amdahl, queue, bound]

    def points(k):
        every = curves(k)[1]
        return line([(p, dict((a, b) for a, b in every)[p])
                     for p in percents], .02)

    def chart(name, ks, title):
        for number, k in enumerate(ks, 1):
            series(folder, f"{name}.{number}.curves",
                   ["percent", "speedup"], curves(k))
        more = {}
        for number, k in enumerate(ks, 1):
            more[f"PANEL{number}_TITLE"] = f"{k} threads"
            more[f"PANEL{number}_CORES"] = 2 if k > 2 else 0
        panels(folder, name, "gil-share", title, pairs,
               [[points(k), points(k)] for k in ks], **more)

    chart("gil-share", [2, 4], "With half of the work outside the lock two "
          "threads are 1.6 times as fast: the queue for the lock tells it "
          "within 3 %")
    chart("gil-share-two", [2], "Two threads only")


def tradeoff(folder):
    header = ["model", "label", "speedup", "low", "high", "requests_per_s",
              "low", "high"]

    def row(pair, x, y):
        return [*pair, x, x * .97, x * 1.02, y, y * .9, y * 1.2]

    write_tsv(folder, "gil-tradeoff.points", header, [
        row(C[0], 1.95, 29000), row(C[1], .99, 104), row(C[2], .55, 31000),
        row(C[4], 1.94, 28500), row(CP3, .98, 99), row(CP2, .58, 32000),
        [*CP3_PROCESSES, 1.9] + ["?"] * 5])
    write_gp(folder, "gil-tradeoff", "gil-tradeoff", "The lock since 3.2 "
             "computes 1.8 times as fast as the one before and answers 300 "
             "times fewer requests", CORES=2)
    write_tsv(folder, "gil-tradeoff-equal.points", header,
              [row(pair, 1, 1000) for pair in C + [CP3, CP2, CP3_FREE]])
    write_gp(folder, "gil-tradeoff-equal", "gil-tradeoff", "All are equal",
             CORES=2)
    write_tsv(folder, "gil-tradeoff-none.points", header,
              [[*C[1]] + ["?"] * 6])
    write_gp(folder, "gil-tradeoff-none", "gil-tradeoff",
             "Nothing could be measured", CORES=2)


def rules(folder):
    rows = [("gil", "all rules", 193, 10.3, "p99 15.5 ms"),
            ("cpython311_threads", CP3[1], 191, 10.4, "p99 16 ms"),
            ("gil", "no forced switching", 22, 59, "p99 272 ms"),
            ("gil", "no fresh interval", 240, 8, "p99 14 ms"),
            ("gil", "wakes all waiters", 190, 11, "p99 17 ms"),
            ("gil", "looks up every 2.5 ms", 160, 12, "p99 21 ms"),
            ("gil", "lets go only to block", 193, 5.2, "p99 11 ms"),
            ("gil", "never lets go", None, None, REFUSED)]
    strips(folder, "gil-rules", ("handovers_per_s", "latency_ms"), rows,
           blocks=9)
    write_gp(folder, "gil-rules", "gil-rules", "Without forced switching the "
             "lock changes hands 8.8 times less often", CORES=2)


def lost(folder):
    rows = [("threads", "threads", 48, 1.2, "48 % lost"),
            ("threads", "threads, mutex", 0, 38, "none lost"),
            ("threads", "threads, atomic", 0, 21, "none lost"),
            ("gil", "gil, looks up after the store", 0, 2, "none lost"),
            ("gil", "gil, looks up before the store", 31, 2, "31 % lost"),
            ("gil_ticks", "gil_ticks, looks up before the store", 29, 15,
             "29 % lost"),
            ("cpython311_threads", "CPython 3.11, n += 1", 0, 40, "none lost"),
            ("cpython311_threads", "CPython 3.11, a call between", 33, 90,
             "33 % lost"),
            ("cpython27_threads", "CPython 2.7, n += 1", 27, 160,
             "27 % lost")]
    strips(folder, "gil-lost", ("lost_percent", "update_ns"), rows, blocks=9)
    write_gp(folder, "gil-lost", "gil-lost", "Where the interpreter looks up "
             "decides: after the store nothing is lost, before it 31 %",
             CORES=2)
    strips(folder, "gil-lost-none", ("lost_percent", "update_ns"),
           [("gil", "gil", 0, 2, "none lost")], blocks=9)
    write_gp(folder, "gil-lost-none", "gil-lost", "Nothing is lost", CORES=2)


def switches(folder):
    counts = [1, 2, 4, 8]
    pairs = [("sequential", "sequential"), ("gil", "gil"),
             ("gil_ticks", "gil_ticks"), CP3, CP2]
    panels(folder, "gil-switches", "gil-switches", "With 2 threads the old "
           "lock switches 200 times as often as the new", pairs,
           [[line([(n, 12) for n in counts], flat=1),
             line([(n, 14 if n == 1 else 530) for n in counts]),
             line([(n, 15 if n == 1 else 1.2e5) for n in counts]),
             line([(n, 13 if n == 1 else 522) for n in counts]),
             line([(n, 19 if n == 1 else 1.1e5) for n in counts])]])


def main():
    folder = os.path.join(sys.argv[1], "data")
    os.makedirs(folder, exist_ok=True)
    random.seed(2)
    for chart in (workers, interval, waits, share, tradeoff, rules, lost,
                  switches):
        chart(folder)


main()
