#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a session of MADE-UP DATA: every kind of chart, and its worst cases.

usage: made_up.py SESSION

The numbers are invented, from a fixed seed; they only exercise the drawing:
the longest names, equal series, refused rows, missing intervals, one row.
"""
import os
import random
import sys

MODELS = ["sequential", "fork", "process_pool", "threads", "thread_pool",
          "event_loop", "coroutines"]
LONG = "process_pool with 16 workers"
REFUSED = "refused: EAGAIN at task 3172"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_gp(folder, name, kind, title, **more):
    said = {"KIND": kind, "TITLE": title,
            "SUBTITLE": "MADE-UP DATA · 2 cores · 24 shuffled blocks · "
                        "dots = runs, bar = median, box = 95 % interval · "
                        "noise grade B",
            "CAPTION": "MADE-UP DATA · a machine of nowhere, 2 cores · "
                       "2026-01-01 · seed 1",
            "DESC": 'MADE-UP DATA for <testing> & "checking" ' + kind + "."}
    said.update(more)
    with open(os.path.join(folder, name + ".gp"), "w") as out:
        for key, value in said.items():
            shown = quoted(value) if isinstance(value, str) else value
            out.write(f"{key} = {shown}\n")


def write_tsv(folder, name, header, rows):
    with open(os.path.join(folder, name + ".tsv"), "w") as out:
        out.write("#" + "\t".join(header) + "\n")
        for row in rows:
            out.write("\t".join(cell if isinstance(cell, str)
                                else f"{cell:.6g}" for cell in row) + "\n")


def interval(values):
    """A median and something like its interval."""
    ordered = sorted(values)
    n = len(ordered)
    return ordered[n // 2], ordered[n // 2 - n // 5], ordered[n // 2 + n // 5]


def strips(folder, name, columns, rows, blocks=24, intervals=True):
    """rows: (model, label, v, w, note); v is None for a refused row."""
    runs_out, rows_out = [], []
    for number, (model, label, v, w, note) in enumerate(rows, 1):
        if v is None:
            rows_out.append([number, model, label] + ["?"] * 6 + [note])
            continue
        runs = [(v * random.lognormvariate(0, .03), w *
                 random.lognormvariate(0, .02)) for _ in range(blocks)]
        runs[5] = (v * 1.2, w * 1.04)
        cells = [*interval([r[0] for r in runs]),
                 *interval([r[1] for r in runs])]
        if not intervals:
            cells[1] = cells[2] = cells[4] = cells[5] = "?"
        rows_out.append([number, model, label] + cells + [note])
        runs_out += [[number, model, a, b, block]
                     for block, (a, b) in enumerate(runs, 1)]
    a, b = columns
    write_tsv(folder, name + ".runs", ["row", "model", a, b, "block"], runs_out)
    stem = [a.rsplit("_", 1), b.rsplit("_", 1)]
    if a == "us_per_task":
        stem = [["task", "us"], ["process", "ms"]]
    bounds = [f"{s}{end}_{unit}" for s, unit in stem
              for end in ("", "_low", "_high")]
    write_tsv(folder, name + ".rows", ["row", "model", "label"] + bounds +
              ["note"], rows_out)


def models(folder):
    ms = ("wall_ms", "cpu_ms")
    bounds = dict(NBOUNDS=3, BOUND1_MS=124.5, BOUND2_MS=131.0, BOUND3_MS=248.0,
                  BOUND1_LABEL="2 cores, no overhead",
                  BOUND2_LABEL="the slowest task alone",
                  BOUND3_LABEL="one core, no overhead")
    title = "Four models use both cores; the other three use one"
    strips(folder, "models-cpu", ms, [
        ("thread_pool", "thread_pool", 131, 252, "1.87× as fast"),
        ("threads", "threads", 137, 255, "1.79× as fast"),
        ("process_pool", LONG, 141, 262, "1.74× as fast"),
        ("fork", "fork", 153, 281, "1.61× as fast"),
        ("coroutines", "coroutines", 247, 247, "same within 2 %"),
        ("event_loop", "event_loop", 251, 250, "cannot tell: 12 more blocks"),
        ("sequential", "sequential", 245, 244, "baseline"),
        ("sequential", "sequential again (A/A twin)", 246, 245, "same"),
        ("gil", "gil", None, None, REFUSED)])
    write_gp(folder, "models-cpu", "models", title, NROWS=9, CORES=2, **bounds)
    strips(folder, "models-io", ms, [
        ("event_loop", "event_loop", 21, 4, "94× as fast"),
        ("coroutines", "coroutines", 21.4, 5, "93× as fast"),
        ("threads", "threads", 25, 14, "80× as fast"),
        ("thread_pool", "thread_pool with 16 workers", 131, 9, "15× as fast"),
        ("process_pool", LONG, 140, 22, "14× as fast"),
        ("fork", "fork", 68, 91, "29× as fast"),
        ("sequential", "sequential", 2004, 6, "baseline")])
    write_gp(folder, "models-io", "models",
             "While tasks wait, an event loop and coroutines wait for all of "
             "them at once; sequential waits for one after the other",
             NROWS=7, CORES=2, NBOUNDS=1, BOUND1_MS=20.0,
             BOUND1_LABEL="the longest wait")
    strips(folder, "models-worst", ms,
           [("process_pool", LONG, 1204 + n, 17210,
             "cannot tell: 12 more blocks") for n in range(9)])
    write_gp(folder, "models-worst", "models", 2 * "A headline that goes on "
             "and on over a chart that has too much in it already. ",
             SUBTITLE=3 * "MADE-UP DATA · a subtitle without end · ",
             NROWS=9, CORES=2, NBOUNDS=3, BOUND1_MS=1190.0, BOUND2_MS=1190.0,
             BOUND3_MS=1250.0,
             BOUND1_LABEL="16 cores, no overhead, no waiting and no noise",
             BOUND2_LABEL="the slowest task alone",
             BOUND3_LABEL="one core, no overhead")
    strips(folder, "models-one", ms,
           [("sequential", "sequential", 15450, 15440, "baseline")])
    write_gp(folder, "models-one", "models", "One row", NROWS=1, CORES=2,
             NBOUNDS=0)
    strips(folder, "models-refused", ms,
           [(m, m, None, None, REFUSED) for m in MODELS[1:4]])
    write_gp(folder, "models-refused", "models", "Nothing could be measured",
             NROWS=3, CORES=2, NBOUNDS=0)
    strips(folder, "models-short", ms,
           [(m, m, 100, 200, "too few blocks") for m in MODELS], blocks=8,
           intervals=False)
    write_gp(folder, "models-short", "models", "Too few blocks for intervals",
             NROWS=7, CORES=2, **bounds)


def series(folder, name, header, blocks):
    """blocks: one list of rows per model, a gnuplot index each."""
    with open(os.path.join(folder, name + ".tsv"), "w") as out:
        out.write("#" + "\t".join(header) + "\n")
        for number, rows in enumerate(blocks):
            out.write("\n\n" if number else "")
            for row in rows:
                out.write("\t".join(cell if isinstance(cell, str)
                                    else f"{cell:.6g}" for cell in row) + "\n")


def labels(pairs):
    said = {"SERIES": len(pairs)}
    for number, (model, label) in enumerate(pairs, 1):
        said[f"MODEL{number}"] = model
        said[f"LABEL{number}"] = label
    return said


def capacity(n, sigma, kappa):
    return n / (1 + sigma * (n - 1) + kappa * n * (n - 1))


def curve(cores, counts, loss, spread=.03):
    """Rows of a model whose speed-up grows up to the cores: see scaling.gp."""
    rows = []
    for n in counts:
        s = min(n, cores) ** (1 - loss) * random.lognormvariate(0, .01)
        rows.append([n, s, s * (1 - spread), s * (1 + spread), min(n, cores),
                     0])
    return rows


def usl(cores, counts, sigma, kappa, spread=.02):
    rows = []
    for n in counts:
        s = .98 * capacity(n, sigma, kappa) * random.lognormvariate(0, .004)
        rows.append([n, s, s * (1 - spread), s * (1 + spread), min(n, cores),
                     0])
    return rows


def fits(laws):
    """laws: one (label, unit, sigma, kappa, most) or None a series."""
    said = {}
    for number, law in enumerate(laws, 1):
        said[f"FIT{number}"] = law[0] if law else ""
        for key, value in zip(("UNIT", "SIGMA", "KAPPA", "MOST"),
                              law[1:] if law else ()):
            said[f"FIT{number}_{key}"] = value
    return said


def scaled(folder, name, title, pairs, blocks, cores, whole, laws=None):
    """A chart of speed-up, and the one of efficiency beside it."""
    nothing = ["?"] * 6
    counts = sorted({row[0] for rows in blocks for row in rows})
    series(folder, name,
           ["workers", "speedup", "low", "high", "bound", "refused"],
           [rows or [nothing] for rows in blocks])
    write_tsv(folder, name + ".bound", ["workers", "bound"],
              [[n, min(n, cores) if cores else n] for n in counts])
    shares = [[[n] + ["?" if v == "?" else v / n for v in (s, low, high)] +
               ["?"] * 3 for n, s, low, high, _, _ in rows if s != "?"]
              for rows in blocks]
    series(folder, name + "-efficiency",
           ["workers", "efficiency", "low", "high", "serial", "serial_low",
            "serial_high"], [rows or [nothing + ["?"]] for rows in shares])
    said = dict(CORES=cores or 2, WHOLE_CORES=whole, **labels(pairs),
                **fits(laws or [None] * len(pairs)))
    write_gp(folder, name, "scaling", title, BASELINE="sequential", **said)
    write_gp(folder, name + "-efficiency", "efficiency",
             "Each worker does less than one alone would", **said)


def scaling(folder):
    two = [("threads", "threads"), ("thread_pool", "thread_pool"),
           ("fork", "fork"), ("process_pool", LONG.replace("16", "many")),
           ("event_loop", "event_loop with as many loops as workers"),
           ("coroutines", "coroutines")]
    scaled(folder, "scaling-equal",
           "Every model gains the second core, and nothing beyond it",
           two, [curve(2, [1, 2, 4, 8, 16], .05) for _ in two], 2, 2)
    many = [("thread_pool", "thread_pool"), ("threads", "threads"),
            ("fork", "fork"), ("gil", "gil"), ("sequential", "sequential"),
            ("process_pool", "process_pool")]
    counts = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]
    blocks = [curve(16, counts, .1), curve(16, counts, .2),
              curve(16, counts, .4), curve(1, counts, 0), curve(1, [1], 0), []]
    for row in blocks[1]:
        row[2] = row[3] = "?"
    scaled(folder, "scaling-many",
           "The pool makes the best use of 16 cores; a GIL of none but one",
           many, blocks, 16, 16)
    scaled(folder, "scaling-one", "One point", many[:1],
           [[[1, 1.0, .99, 1.01, "?", 0]]], 2, 2)
    # 64 cores with two hardware threads each: laws, with and without a peak.
    counts = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128]
    laws = [("peak\u00a0at\u00a044", .98, .03, .0005, 64),
            ("serial\u00a00.501\u00a0%", .98, .00501, 0, 64),
            ("peak\u00a0at\u00a024", .98, .08, .0016, 64), None]
    fitted = [usl(64, counts, *law[2:4]) for law in laws[:3]]
    scaled(folder, "scaling-64",
           "With 64 workers 4 models are 2.2 to 48 times as fast as sequential",
           [many[1], many[0], many[2], many[3]],
           fitted + [curve(1, counts, 0)], 128, 64, laws)
    # What cannot be: all of one model, one point of another.
    refused = [curve(2, [1, 2, 4], .02), curve(2, [1, 2, 4], .05)]
    refused[0] = [[n, "?", "?", "?", min(n, 2), 1] for n in (1, 2, 4)]
    refused[1][1][1:] = ["?", "?", "?", 2, 1]
    scaled(folder, "scaling-refused",
           "With 2 workers nothing could be measured rightly",
           many[:2], refused, 2, 2)
    # Work that waits: cores are no bound.
    scaled(folder, "scaling-waits",
           "With 32 workers the pool waits for 32 tasks at once",
           many[:1], [curve(32, [1, 2, 4, 8, 16, 32], .01)], 0, 0)


def startup(folder):
    us = ("us_per_task", "process_ms")
    strips(folder, "startup", us, [
        ("event_loop", "event_loop", .031, 1.9, ""),
        ("coroutines", "coroutines", .21, 1.9, ""),
        ("thread_pool", "thread_pool", .9, 2.4, ""),
        ("process_pool", LONG, 1.4, 9.6, ""),
        ("threads", "threads", 9.4, 2.1, ""),
        ("fork", "fork", 148, 2.0, ""),
        ("gil", "gil", None, None, REFUSED)])
    write_gp(folder, "startup", "startup",
             "A thread costs ten microseconds, a process fifteen times that",
             NROWS=7, CORES=2)


def memory(folder):
    def row(number, model, label, user, kernel, reason="?"):
        if user is None:
            return [number, model, label] + ["?"] * 6 + [reason]
        return [number, model, label, user, user * .97, user * 1.05,
                kernel, kernel * .9, kernel * 1.2, reason]

    rows = [row(1, "event_loop", "event_loop", 210, 0),
            row(2, "coroutines", "coroutines", 4300, 130),
            row(3, "threads", "threads", 9100, 21400),
            row(4, "thread_pool", "thread_pool", 230, 12),
            row(5, "process_pool", LONG, 15400, 1900),
            row(6, "fork", "fork", 61000, 143000),
            row(7, "gil", "gil", None, None, REFUSED)]
    rows[3][4] = rows[3][5] = rows[3][7] = rows[3][8] = "?"
    write_tsv(folder, "memory.rows",
              ["row", "model", "label", "user_bytes", "user_low", "user_high",
               "kernel_bytes", "kernel_low", "kernel_high", "reason"], rows)
    write_gp(folder, "memory", "memory",
             "A waiting process occupies a thousand times what a waiting "
             "event does", NROWS=7, CORES=2)


def concurrency(folder):
    pairs = [("event_loop", "event_loop"), ("coroutines", "coroutines"),
             ("threads", "threads"), ("fork", "fork"),
             ("thread_pool", "thread_pool"), ("process_pool", LONG)]
    counts = [10, 100, 1000, 10000]
    header = ["inflight", "factor", "low", "high"]

    def line(rate, last=10000, spread=.1):
        rows = []
        for n in counts:
            if n <= last:
                f = (1 + rate * n) * random.lognormvariate(0, .02)
                rows.append([n, f, f * (1 - spread), f * (1 + spread)])
        return rows

    nothing = [["?"] * 4]
    holes = ["panel", "inflight", "model", "reason"]
    series(folder, "concurrency.1", header,
           [line(2e-5), line(3e-5), line(8e-4, 1000), line(1.2e-3, 1000),
            line(6e-2), line(6.2e-2)])
    series(folder, "concurrency.2", header,
           [line(2e-3), line(2e-3), line(2e-3), nothing, line(6e-2),
            [[n, f, "?", "?"] for n, f, _, _ in line(6.1e-2)]])
    write_tsv(folder, "concurrency.holes", holes,
              [[1, 10000, "threads", "EAGAIN at task 3172"],
               [1, 10000, "fork", "EAGAIN: process limit at 3172 tasks"]] +
              [[2, n, "fork", "EMFILE: the table of descriptors is full at "
                "1024 descriptors"] for n in counts] +
              [[2, 10000, "thread_pool", "timed out after 60 s"]])
    write_gp(folder, "concurrency", "concurrency",
             "Ten thousand waiting tasks: a matter of course for event loops, "
             "out of reach for threads", CORES=2, NHOLES=7,
             PANEL1_TITLE="sleepers", PANEL2_TITLE="echo", **labels(pairs))
    equal = [line(1e-5, spread=.02) for _ in pairs]
    series(folder, "concurrency-equal.1", header, equal)
    series(folder, "concurrency-equal.2", header, equal)
    write_tsv(folder, "concurrency-equal.holes", holes, [])
    write_gp(folder, "concurrency-equal", "concurrency",
             "No model loses anything", CORES=2, NHOLES=0,
             PANEL1_TITLE="sleepers", PANEL2_TITLE="echo", **labels(pairs))


def against_itself(folder):
    """Ten tries of two ways: each makes claims, or none of them does."""
    header = ["try"] + [way + end for way in ("usual", "blocks") for end in
                        ("_ratio", "_low", "_high", "_claims")]
    panels = dict(CORES=2, PANEL1_TITLE="20 times A, then 20 times B",
                  PANEL2_TITLE="20 times A and B, order drawn")

    def row(number, usual, blocks):
        cells = [str(number)]
        for centre, half in (usual, blocks):
            cells += [centre, centre - half, centre + half,
                      str(int(abs(centre - 1) > half))]
        return cells

    write_tsv(folder, "aa", header, [
        row(i, (1 + .012 * (-1) ** i * (i % 4), .013), (1 + .001 * i, .0085))
        for i in range(1, 11)])
    write_gp(folder, "aa", "aa", "A program against itself: one after the "
             "other, 5 of 10 comparisons claim a difference; in shuffled "
             "blocks, 2 of 10", **panels)
    write_tsv(folder, "aa-calm", header,
              [row(i, (1, .0004), (1, .0003)) for i in range(1, 4)])
    write_gp(folder, "aa-calm", "aa", "No claims", **panels)


def pairs(folder):
    """Stops of a tour: few runs, and panels whose numbers meet in the middle."""
    rows = [("threads", "no lock, computing beside it", 72376, .0135, ""),
            ("gil", "GIL, by itself", 16772, .059, ""),
            ("gil", "GIL, computing beside it", 246, 5.11, "")]
    strips(folder, "pairs", ("requests_per_s", "latency_ms"), rows, blocks=6)
    write_gp(folder, "pairs", "pairs",
             "Under the GIL a server answers 16 772 requests/s by itself, and "
             "246 beside one thread that computes", WHAT1="echoed",
             UNIT1="requests/s", SCALE1="log", WHAT2="median latency",
             UNIT2="ms", SCALE2="log")
    strips(folder, "pairs-ms", ("wall_ms", "cpu_ms"),
           [("sequential", "one after the other", 312, 311, ""),
            ("threads", "two threads, no lock", 161, 318, "")], blocks=6)
    write_gp(folder, "pairs-ms", "pairs",
             "Two threads take 0.516 times as long as one after the other "
             "without a lock, and 0.994 times under the GIL",
             WHAT1="wall time", UNIT1="ms", SCALE1="linear",
             WHAT2="CPU time, user + system", UNIT2="ms", SCALE2="linear")


def latency(folder):
    pairs = [("event_loop", "event_loop"), ("coroutines", "coroutines"),
             ("threads", "threads"), ("thread_pool", "thread_pool, 4 workers"),
             ("process_pool", LONG), ("sequential", "sequential")]
    header = ["slower", "percent", "latency_ms", "low_ms", "high_ms",
              "service_ms", "service_low_ms", "service_high_ms", "standing"]
    loads = ["requests_per_s", "p_ms", "low_ms", "high_ms", "median_ms",
             "median_low_ms", "median_high_ms", "standing"]

    def curve(first, tail, standing="valid", spread=.1, last=1000):
        rows = []
        for one in [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]:
            if one <= last:
                v = first * (1 + tail * (one - 1) / one * one ** .5)
                s = first * (1 + .02 * one ** .5)
                rows.append([one, 100 - 100 / one, v, v * (1 - spread),
                             v * (1 + spread), s, s * .9, s * 1.1, standing])
        return rows

    def load(capacity, counts):
        rows = []
        for n in counts:
            v = 1 / (1 - n / capacity) if n < capacity else n / 10
            rows.append([n, 2 * v, 1.8 * v, 2.6 * v, v, .9 * v, 1.1 * v,
                         "valid" if n < capacity else "flagged"])
        return rows

    counts = [1000, 2000, 4000, 8000]
    nothing = [["?"] * 9]
    axis = "requests per second"
    series(folder, "latency.percentiles", header,
           [curve(.6, .05), curve(.62, .06), curve(.7, .3),
            curve(12, 1, "flagged"), nothing, curve(300, 1, "flagged")])
    series(folder, "latency.load", loads,
           [load(20000, counts), load(18000, counts), load(9000, counts),
            load(5000, counts), [["?"] * 8], load(1500, counts)])
    write_gp(folder, "latency", "latency",
             "At 8000 requests per second event loop and coroutines answer "
             "99 % within 0.9 ms; sequential and thread pool are overloaded",
             CORES=2, AXIS=axis, AT="at 8000 " + axis, SHARE="p99",
             **labels(pairs))
    equal = [curve(1, .02, spread=.02, last=100) for _ in pairs]
    for row in equal[0]:
        row[3] = row[4] = "?"
    series(folder, "latency-equal.percentiles", header, equal)
    series(folder, "latency-equal.load", loads,
           [load(1e9, counts[:1]) for _ in pairs])
    write_gp(folder, "latency-equal", "latency", "All wait the same time",
             CORES=2, AXIS=axis, AT="at 1000 " + axis, SHARE="median",
             **labels(pairs))
    series(folder, "latency-one.percentiles", header, [curve(.1, 50)])
    series(folder, "latency-one.load", loads, [load(1e9, [0])])
    write_gp(folder, "latency-one", "latency", "One model, no sweep", CORES=2,
             AXIS="", AT="at 1000 " + axis, SHARE="p99", **labels(pairs[3:4]))
    series(folder, "latency-none.percentiles", header, [nothing])
    series(folder, "latency-none.load", loads, [[["?"] * 8]])
    write_gp(folder, "latency-none", "latency", "Nothing could be measured",
             CORES=2, AXIS=axis, AT="at 1000 " + axis, SHARE="p99",
             **labels(pairs[:1]))


def lanes(folder, name, kind, title, stretches, **more):
    """Lanes of workers: stretches are (lane, state, from, to)."""
    write_tsv(folder, name, ["lane", "state", "from", "to"], stretches)
    seen = "".join(f" {state}" for state in sorted({s[1] for s in stretches}))
    write_gp(folder, name, kind, title, SEEN=seen, **more)


def timelines(folder):
    states = ["running", "holding", "waiting", "asleep", "system", "idle"]
    lanes(folder, "timeline", "timeline", "16 threads compute in turns, "
          "half of them between 0.0213 and 5.11 ms, and so on and on",
          [(lane, states[(lane + k) % 6], k / 10, (k + 1) / 10)
           for lane in range(1, 17) for k in range(20)],
          FROM=0, TO=2, NLANES=16,
          XLABEL="µs after 1234567.123456 ms of the run",
          SUBTITLE=3 * "MADE-UP DATA · a subtitle without end · ")
    title = ("The holder looks up 59.8 µs after it was asked; 0.611 µs later "
             "the other has the GIL")
    # Late and all at once; and without its last steps.
    lanes(folder, "handover", "handover", title,
          [(1, "holding", -20, 59.8), (1, "system", 59.8, 60.2),
           (1, "asleep", 60.2, 63), (1, "waiting", 63, 80),
           (2, "waiting", -20, 60.4), (2, "holding", 60.4, 80)],
          FROM=-20, TO=80, HOLDER=0, ASKER=1, LOOKS_UP=59.8, SLEEPS=60.2,
          TAKES=60.4, WAKES=63)
    lanes(folder, "handover-cut", "handover", title,
          [(1, "holding", -20, .1), (1, "system", .1, 80),
           (2, "waiting", -20, 40), (2, "holding", 40, 80)],
          FROM=-20, TO=80, HOLDER=0, ASKER=1, LOOKS_UP=.1, TAKES=40)


def peers(folder):
    """Rows: label, goal, (peer, ratio, words), the best first; no peers and a
    reason for a hole. Many rows make a taller picture."""
    def write(name, rows, **more):
        out = []
        for number, (label, goal, *found) in enumerate(rows, 1):
            for place, (peer, ratio, words) in enumerate(found):
                out.append([f"{number}", label, peer]
                           + (["?"] * 3 if ratio is None else
                              [ratio, ratio * .96, ratio * 1.05])
                           + [goal, "0" if place else "1", words])
        write_tsv(folder, name + ".rows", ("row", "label", "peer", "ratio",
                  "low", "high", "goal", "best", "words"), out)
        write_gp(folder, name, "peers", "Ours beside the best library of its "
                 "kind: 1 of 40 goals met", **more)

    hole = ("", None, "io_uring: not allowed here: EPERM, and a word of "
            "advice that goes on and on and on and on and on and on and on")
    write("peers", [("coroutines-fetch-10000, CPU time", 1.1,
                     ("Boost.Context", 1 + .01 * i, "1.00 × Boost.Context: "
                      + ["met", "missed", "cannot tell"][i % 3]),
                     ("Go", .05 * i + .01, "")) for i in range(31)]
          + [("io_uring-echo, time", 1, hole)], HEIGHT=1064)
    write("peers-one", [("switch, time", 1, ("oneTBB", .97, "0.97 × oneTBB: "
                                             "met"))])
    write("peers-none", [("switch, time", 1, hole)])


def servers(folder):
    """Lines that end early, no line at all, and the same for everybody."""
    metrics = ["cpu_per_request_ns", "requests_per_s", "latency_p99_ns",
               "held_bytes"]
    header = ("panel", "x", "model", "label", "workers", "metric", "estimate",
              "low", "high", "min", "max", "n")

    def write(name, labels, xs, figure):
        rows = []
        for model, label in labels:
            for x in xs:
                for metric in metrics:
                    value = figure(model, x, metric)
                    shown = ["?"] * 5 if value is None else [
                        value, value * .9, value * 1.1, value * .8, value * 1.3]
                    rows.append(["1", str(x), model, label, "1", metric]
                                + shown + ["0" if value is None else "9"])
        write_tsv(folder, name + "-metrics", header, rows)
        said = {"SERIES": len(labels)}
        for i, (model, label) in enumerate(labels, 1):
            said[f"MODEL{i}"], said[f"LABEL{i}"] = model, label
        write_gp(folder, name, "servers", "A request at 512 connections costs "
                 "fork 4.2 times as much as an event loop", **said)

    def apart(model, x, metric):
        if model == "fork" and x > 64:
            return None
        if model == "event_loop" and metric == "held_bytes":
            return 0
        return (MODELS.index(model) + 1) * {
            "cpu_per_request_ns": 6000, "requests_per_s": 20000,
            "latency_p99_ns": 9000 * x, "held_bytes": 1024 * x}[metric]

    six = [(m, m) for m in MODELS if m not in ("process_pool", "thread_pool")]
    six.append(("thread_pool", "thread_pool, 8 workers"))
    write("servers", six, (1, 8, 64, 512), apart)
    write("servers-equal", six, (1, 4096), lambda *_: 5e6)
    write("servers-none", six[:1], (8,), lambda *_: None)


def main():
    folder = os.path.join(sys.argv[1], "data")
    os.makedirs(folder, exist_ok=True)
    random.seed(1)
    models(folder)
    scaling(folder)
    startup(folder)
    memory(folder)
    concurrency(folder)
    against_itself(folder)
    pairs(folder)
    peers(folder)
    latency(folder)
    servers(folder)
    timelines(folder)


if __name__ == "__main__":
    main()
