# SPDX-License-Identifier: MIT
"""A session of many blocks, watched while it runs: of descriptors, threads and
children none may be added that stays, memory grows by what runs are kept in, it
leaves nobody behind. Called as `python3 session.py PATH_OF_HEDDLE SECONDS`.
"""
import os
import subprocess
import sys
import tempfile
import time

PROGRAM, SECONDS = os.path.abspath(sys.argv[1]), int(sys.argv[2])
# A run is kept with all that was seen around it, here in 1.4 KiB.
RUN_KIB = 4
BLOCKS_PER_S = 15


def entries(path):
    return len(os.listdir(path))


def look(pid):
    """Descriptors, threads, children, KiB of memory."""
    folder = f"/proc/{pid}"
    with open(f"{folder}/task/{pid}/children", encoding="ascii") as file:
        children = len(file.read().split())
    with open(f"{folder}/status", encoding="ascii") as file:
        kib = next(int(line.split()[1]) for line in file
                   if line.startswith("RssAnon:"))
    return entries(f"{folder}/fd"), entries(f"{folder}/task"), children, kib


def watch(process):
    looks = []
    while process.poll() is None:
        try:
            looks.append(look(process.pid))
        except (FileNotFoundError, ProcessLookupError, StopIteration):
            break  # it is ending
        time.sleep(0.02)
    return looks


def check(said, what):
    if not said:
        sys.exit(f"soak: {what}")


with tempfile.TemporaryDirectory() as work:
    shared = entries("/dev/shm")
    with subprocess.Popen(
            [PROGRAM, "run", "--model", "threads,fork,event_loop,coroutines",
             "--workload", "sleepers", "--tasks", "4", "--set",
             "sleepers.sleep_us=100", "--blocks",
             str(min(BLOCKS_PER_S * SECONDS, 4095)), "--no-charts", "--out", "session"], cwd=work,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as heddle:
        looks = watch(heddle)
    check(heddle.returncode == 0, f"exit {heddle.returncode}")
    with open(os.path.join(work, "session", "samples.ndjson"),
              encoding="utf-8") as journal:
        runs = sum(1 for _ in journal)
    half = len(looks) // 2
    for name, column in zip(("descriptors", "threads", "children"),
                            zip(*looks)):
        # They come and go with each run: what leaks stays.
        first, second = max(column[:half]), min(column[half:])
        check(second <= first, f"{name}: {second}, at most {first} before")
    # Not counting its report, which comes when no run is under way any more.
    during = [kib for *_, children, kib in looks if children > 0]
    grown = during[-1] - during[len(during) // 2]
    check(grown <= RUN_KIB * runs, f"{grown} KiB more after {runs} runs")
    check(entries("/dev/shm") <= shared, "files left in /dev/shm")
    print(f"soak: {runs} runs of one session: no descriptor, thread or child "
          f"more in its second half than in its first; {grown:+d} KiB there")
