#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what scripts/draw made of the sessions of tests/charts/made_up*.py.

usage: check_svg.py SESSION OUTDIR

Well-formed, described, of the right size, and showing what the data say:
every run a dot, every verdict, bound, name and reason in words.
"""
import collections
import glob
import os
import re
import struct
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
DOT = "#gpPt6"      # gnuplot's name for a full circle
COLORS = {"thread_pool": {"": "rgb(  0, 114, 178)",
                          "-dark": "rgb( 63, 155, 234)"},
          "gil": {"": "rgb(178,  24,  43)", "-dark": "rgb(255, 107, 120)"}}

WANTED = {
    "models-cpu": ["thread pool", "process pool with 16 workers", "baseline",
                   "1.87× as fast", "cannot tell: 12 more blocks",
                   "refused: EAGAIN at task 3172", "2 cores, no overhead",
                   "the slowest task alone", "wall time (ms)"],
    "models-io": ["wall time (ms), log scale", "the longest wait",
                  "CPU time, user + system (ms)"],
    "models-worst": ["process pool with 16 workers", "wall time (s)"],
    "models-one": ["wall time (s)"],
    "models-refused": ["refused: EAGAIN at task 3172"],
    "models-short": ["too few blocks"],
    "scaling-equal": ["ideal", "2 cores, then more workers than cores",
                      "speed-up over sequential", "coroutines"],
    "scaling-many": ["process pool: no", "data", "gil", "16", "32"],
    "scaling-one": ["2 cores"],
    "scaling-64": ["threads,", "peak\u00a0at\u00a044",
                   "serial\u00a00.501\u00a0%",
                   "dotted = fitted law", "64 cores with 128 threads"],
    "scaling-refused": ["× = refused: beyond its bound"],
    "scaling-waits": ["ideal"],
    "scaling-equal-efficiency": ["coroutines",
                                 "2 cores, then less than a core a worker"],
    "scaling-many-efficiency": ["gil", "16", "32"],
    "scaling-one-efficiency": ["2 cores"],
    "scaling-64-efficiency": ["threads", "64 cores, then less than a core a "
                              "worker"],
    "scaling-refused-efficiency": ["2 cores, then less than a core a worker"],
    "scaling-waits-efficiency": ["thread pool"],
    "startup": ["one empty task (µs), log scale", "whole process (ms)",
                "refused: EAGAIN at task 3172"],
    "memory": ["all", "kernel", "199", "140", "0",
               "refused: EAGAIN at task 3172"],
    "concurrency": ["sleepers", "echo", "threads at 10000: EAGAIN at task 3172",
                    "fork at 10, 100, 1000, 10000: EMFILE"],
    "concurrency-equal": ["tasks in flight, log scale"],
    "aa": ["5 of 10 claim a difference", "2 of 10 claim a difference",
           "20 times A and B, order drawn", "+2"],
    "aa-calm": ["0 of 3 claim a difference", "-1", "0", "+1"],
    "pairs": ["no lock, computing", "GIL, by itself", "100000", "0.01",
              "echoed (requests/s), log scale"],
    "pairs-ms": ["two threads, no lock", "CPU time, user + system (ms)"],
    "peers": ["coroutines-fetch-10000, CPU time", "1.00 × Boost.Context: met",
              "io_uring: not allowed here: EPERM, and",
              "ours / theirs, log scale: left of 1 ours needs less"],
    "peers-one": ["0.97 × oneTBB: met", "0.9", "1.1"],
    "peers-none": ["switch, time", "io_uring: not allowed here"],
    "latency": ["at 8000 requests per second", "p99 against load", "99.9",
                "process pool with", "no data", "sequential",
                "latency from the intended start (ms), log scale",
                "dashed grey: service time alone", "dotted: the median",
                "% of requests answered by then", "8000"],
    "latency-equal": ["median against load", "coroutines"],
    "latency-one": ["at 1000 requests per second", "thread pool, 4 workers"],
    "latency-none": ["event loop", "no data"],
    "servers": ["CPU of the server for a request (µs)", "512",
                "requests answered per second", "thread pool, 8",
                "99th percentile of the latency (ms)", "event loop: none",
                "memory for its connections (KiB)", "fork"],
    "servers-equal": ["4096", "coroutines"],
    "servers-none": ["sequential: no data", "sequential: none"],
    "timeline": ["worker 0", "worker 15", "holds the GIL", "computes",
                 "waits for the GIL", "asleep, let go of it", "system call",
                 "idle", "µs after 1234567.123456 ms of the run"],
    "handover": ["1  has waited for an interval: asks", "2  looks up",
                 "3  sleeps until another has it", "4  wakes up, takes the GIL",
                 "5  wakes up, finds it taken: waits"],
    "handover-cut": ["3  wakes up, takes the GIL"],
    "gil-workers": ["CPU-bound: countdown", "I/O-bound: sleepers", "2 cores",
                    "speed-up over sequential", "gil ticks", "CPython 2.7,",
                    "hollow: CPython, bar = min to max"],
    "gil-workers-worst": ["CPython 3.13", "gil each: no data", "threads"],
    "gil-workers-one": ["CPU-bound", "gil"],
    "gil-interval": ["two intervals", "one interval", "100", "0.01",
                     "latency (ms), log scale; dotted: 90th percentile",
                     "speed (% of its speed alone)",
                     "context switches per second, log scale", "threads",
                     "switch interval (ms), log scale", "CPython 3.11,"],
    "gil-interval-alone": ["gil", "threads"],
    "gil-waits": ["gil", "CPython 3.11,", "1 CPU thread", "4 CPU threads",
                  "83", "84", "100", "none", "4 or more", "% of requests",
                  "refused: EAGAIN at task 3172"],
    "gil-share": ["2 threads", "4 threads", "2 cores", "gil",
                  "dotted: Amdahl's law; solid: queue for the lock; dashed: "
                  "bound", "% of the work outside the lock"],
    "gil-share-two": ["2 threads", "CPython 3.11,"],
    "gil-tradeoff": ["gil", "gil ticks", "CPython 2.7, threads", "threads",
                     "no data: CPython 3.11, processes", "hollow: CPython",
                     "requests per second beside a CPU thread, log scale"],
    "gil-tradeoff-equal": ["CPython 3.13 free-threaded, interpreters"],
    "gil-tradeoff-none": ["no data: gil"],
    "gil-rules": ["no forced switching", "p99 272 ms", "median latency (ms)",
                  "hand-overs of the lock (per second)",
                  "refused: EAGAIN at task 3172"],
    "gil-lost": ["31 % lost", "CPython 3.11, n += 1", "updates lost (%)",
                 "one update (ns), log scale"],
    "gil-lost-none": ["none lost"],
    "gil-switches": ["context switches per second, log scale", "sequential",
                     "CPython 2.7,", "threads that compute, log scale"],
    "costs": ["function call", "1.10 ns", "half of there and back", "24.7 ms",
              "hollow: from core to core", "creation", "getppid(2)", "1 us",
              "time of one, log scale"],
    "costs-worst": ["pipe_across needs two cores", "5.20 s", "primes, long named"],
    "bytes": ["fork at 10000: forking for task 3172", "event loop",
              "threads at 100000: creating", "vm.max_map_count is 65530",
              "fork at 100000", "memory of a waiting task (KiB), log scale"],
    "bytes-none": ["fork: no data"],
}
# Every run of every measured row in both panels, and the round name marks.
DOTS = {"models-cpu": 8 * 24 * 2 + 2, "models-io": 7 * 24 * 2 + 1,
        "models-one": 24 * 2, "models-refused": 0,
        "models-short": 7 * 8 * 2 + 1,
        "startup": 6 * 24 * 2 + 2,
        # The marks of gil are round, too.
        "gil-rules": 7 * 9 * 2 + 7, "gil-lost": 9 * 9 * 2 + 2,
        # What claims nothing.
        "aa": 5 + 8, "aa-calm": 2 * 3 + 2}


COLORED = ["models-cpu", "models-io", "models-short", "scaling-equal",
           "scaling-many", "scaling-one", "concurrency", "concurrency-equal",
           "latency", "latency-equal", "latency-one"]
GIL_COLORED = ["gil-workers", "gil-interval", "gil-share", "gil-tradeoff",
               "gil-rules", "gil-lost", "gil-switches"]


def check(true, complaint):
    if not true:
        sys.exit("check_svg: " + complaint)


def said(session, name, key):
    text = open(os.path.join(session, "data", name + ".gp")).read()
    value = re.search(rf'^{key} = "(.*)"$', text, re.M).group(1)
    return value.replace('\\"', '"').replace("\\\\", "\\")


def check_svg(session, path, name, end):
    raw = open(path, encoding="utf-8").read()
    root = tree.fromstring(raw)
    check(root.get("role") == "img", f"{path}: no role")
    title, desc = root.find(SVG + "title"), root.find(SVG + "desc")
    check(title.text == said(session, name, "TITLE"), f"{path}: title")
    check(desc.text == said(session, name, "DESC"), f"{path}: desc")
    check(root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}",
          f"{path}: label")
    check(len(list(root.iter(SVG + "title"))) == 1, f"{path}: tooltips")
    check(session not in raw and "gnuplot" not in raw, f"{path}: path or tool")
    texts = [text.text or "" for text in root.iter(SVG + "text")]
    whole = " ".join(texts)
    # Some words are kept together by a blank that does not break.
    plain = whole.replace("\xa0", " ")
    for want in WANTED[name]:
        check(want.replace("\xa0", " ") in plain, f"{path}: no text '{want}' in: {plain}")
    check(said(session, name, "CAPTION") in whole, f"{path}: caption")
    for group in root.iter(SVG + "g"):
        size = group.get("font-size")
        check(size is None or float(size) >= 15, f"{path}: font size {size}")
    marks = collections.Counter(use.get(LINK) for use in root.iter(SVG + "use"))
    if name in DOTS:
        check(marks[DOT] == DOTS[name], f"{path}: {marks[DOT]} round marks, "
              f"not {DOTS[name]}")
    for model, charts in (("thread_pool", COLORED), ("gil", GIL_COLORED)):
        check(name not in charts or COLORS[model][end] in raw,
              f"{path}: the colour of {model}")


def place(element):
    """Where an element has been moved to."""
    x, y = re.search(r"translate\(([-\d.]+),([-\d.]+)\)",
                     element.get("transform")).groups()
    return float(x), float(y)


def check_places(session, path):
    """Every run of models-cpu lies where its axis and its name say."""
    root = tree.parse(path).getroot()
    texts = collections.defaultdict(list)
    for group in root.iter(SVG + "g"):
        text = group.find(SVG + "text")
        if text is not None and "transform" in group.attrib:
            texts[text.text].append(place(group))
    dots = [place(use) for use in root.iter(SVG + "use")
            if use.get(LINK) == DOT and use.get("opacity")]
    with open(os.path.join(session, "data/models-cpu.runs.tsv")) as lines:
        runs = [line.rstrip("\n").split("\t") for line in lines][1:]
    check(len(dots) == 2 * len(runs), f"{path}: {len(dots)} dots")
    heights = collections.defaultdict(list)
    for number, (x, y) in enumerate(dots):
        panel = number // len(runs)
        row, model, *values, _ = runs[number % len(runs)]
        zero, hundred = texts["0"][panel][0], texts["100"][panel][0]
        there = zero + float(values[panel]) * (hundred - zero) / 100
        check(abs(x - there) < .5, f"{path}: {model}: {x}, not {there}")
        heights[row].append(y)
    for row, name, verdict in [("2", "threads", "1.79× as fast"),
                               ("4", "fork", "1.61× as fast"),
                               ("7", "sequential", "baseline")]:
        middle = sum(heights[row]) / len(heights[row])
        for words in (name, verdict):
            beside = texts[words][0][1] - 6     # from the base line up
            check(abs(middle - beside) < 5, f"{path}: dots not by '{words}'")


def check_png(path):
    head = open(path, "rb").read(24)
    check(head[:8] == b"\x89PNG\r\n\x1a\n", f"{path}: no PNG")
    # A chart of many rows is as tall as they need.
    size = (1280, 1064 if path.endswith(("peers.png", "peers-dark.png"))
            else 720)
    check(struct.unpack(">II", head[16:24]) == size, f"{path}: size")


def origin(name):
    """Which made_up*.py a chart comes from."""
    return ("gil" if name.startswith("gil-") else
            "costs" if name.startswith(("bytes", "costs")) else "")


def main():
    session, outdir = sys.argv[1:]
    names = sorted(os.path.basename(path)[:-3] for path in
                   glob.glob(os.path.join(glob.escape(session), "data/*.gp")))
    check(names == sorted(name for name in WANTED
                          if origin(name) == origin(names[0])),
          f"charts are {names}")
    for name in names:
        for end in ("", "-dark"):
            path = os.path.join(outdir, name + end)
            check_svg(session, path + ".svg", name, end)
            check_png(path + ".png")
    if origin(names[0]) == "":
        check_places(session, os.path.join(outdir, "models-cpu.svg"))
    check(len(os.listdir(outdir)) == 4 * len(names), "left-over files")


main()
