# SPDX-License-Identifier: MIT
"""Ctrl-C, and a polite request to end, at any moment of a session: all finished
runs are saved, the status tells the signal, and nothing lives on."""
import json
import os
import random
import signal
import subprocess

import heddle
from heddle import Case

NMOMENTS = 12
# Beyond this time all stages have been met: self-check, machine, blocks.
LATEST_S = 3.0

# None of them comes to its end by itself while it is looked at.
RUN = ("run", "--model", "sequential,threads,fork", "--workload", "sleepers",
       "--tasks", "4", "--set", "sleepers.sleep_us=20000", "--blocks", "1000")
BENCH = ("bench", "--quick", "--blocks", "1000")
LONG_RUN = ("run", "--model", "fork", "--workload", "sleepers", "--tasks", "4",
            "--set", "sleepers.sleep_us=60000000",
            "--set", "sleepers.rounds=1000000", "--blocks", "10")


def start(case, command):
    return case.start(*command, "--no-charts", "--out", "session")


def send(process, number):
    """To the whole group in the foreground, as a terminal does."""
    os.killpg(process.pid, number)


def check_ended_by(case, outcome, *signals):
    """Reported as a status, or, before the program takes signals and after the
    second one, as a plain death."""
    wanted = [128 + number for number in signals] + [-n for n in signals]
    case.check(outcome.status in wanted, f"not ended by {signals}: {outcome}")


def read_journal(case, folder):
    """The runs of complete blocks in the journal."""
    runs = []
    try:
        with open(os.path.join(folder, "samples.ndjson"),
                  encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return runs
    case.check(text == "" or text.endswith("\n"), "the journal is cut off")
    for line in text.splitlines():
        try:
            run = json.loads(line)
        except ValueError:
            case.fail(f"no JSON in the journal: {line!r}")
        else:
            run.pop("block_runs", None)
            if not run.get("partial") and not run.get("discarded"):
                runs.append(run)
    return runs


def check_results(case, outcome):
    """Nothing was begun, or what was measured is all there and says how it
    ended."""
    folder = os.path.join(case.work, "session")
    if not os.path.exists(folder):
        return
    if not case.check(outcome.status > 0,
                      f"it began, yet did not take the signal: {outcome}"):
        return
    try:
        with open(os.path.join(folder, "result.json"), "rb") as file:
            result = json.load(file)
    except (OSError, ValueError) as error:
        case.fail(f"result.json: {error}; {os.listdir(folder)}")
        return
    session = result["session"]
    case.check(session["complete"] is False, "it calls itself complete")
    case.check(session["stop_reason"] == "interrupted",
               f"stop_reason is {session['stop_reason']!r}")
    # The flags of a run are known only at the end.
    runs = [{key: value for key, value in run.items() if key != "flags"}
            for run in result["runs"]]
    case.check(runs == read_journal(case, folder),
               "the journal and result.json have other runs")
    partial = [name for name in os.listdir(folder)
               if name.startswith(".") or "tmp" in name]
    case.check(not partial, f"half-written files are left: {partial}")


def once_at(command, number, moment_s):
    what = f"{command[0]}, {number.name} after {moment_s:.3f} s"
    with Case(what) as case:
        process = start(case, command)
        try:
            # The moment is the point: whatever it meets, all has to be well.
            process.wait(moment_s)
        except subprocess.TimeoutExpired:
            send(process, number)
        outcome = case.end(process)
        check_ended_by(case, outcome, number)
        check_results(case, outcome)


def wait_for_a_run(case, process):
    """A run is under way as soon as it has workers of its own."""
    return case.check(heddle.wait_for(lambda: any(
        case.children(child) for child in case.children(process.pid))),
        "no run came")


def during_a_long_run():
    """It is ended, not waited for: the program has a minute for all of it,
    and the run would take months."""
    with Case("SIGINT during a long run") as case:
        process = start(case, LONG_RUN)
        if wait_for_a_run(case, process):
            send(process, signal.SIGINT)
        outcome = case.end(process)
        check_ended_by(case, outcome, signal.SIGINT)
        check_results(case, outcome)


def two_at_once():
    """Both are pending when the program gets the processor: the second ends it
    at once, and even so the run must not live on."""
    with Case("SIGINT and SIGTERM at once during a long run") as case:
        process = start(case, LONG_RUN)
        if wait_for_a_run(case, process):
            os.kill(process.pid, signal.SIGSTOP)
            heddle.wait_for(lambda: heddle.fields(process.pid)[0] == "T")
            for number in signal.SIGINT, signal.SIGTERM, signal.SIGCONT:
                os.kill(process.pid, number)
        outcome = case.end(process)
        check_ended_by(case, outcome, signal.SIGINT, signal.SIGTERM)
        read_journal(case, os.path.join(case.work, "session"))


def an_impatient_user():
    """Ctrl-C again and again until it is over."""
    with Case("SIGINT until it ends") as case:
        process = start(case, RUN)
        heddle.wait_for(lambda: os.path.exists(
            os.path.join(case.work, "session", "samples.ndjson")))
        while process.poll() is None:
            send(process, signal.SIGINT)
        outcome = case.end(process)
        check_ended_by(case, outcome, signal.SIGINT)
        read_journal(case, os.path.join(case.work, "session"))


during_a_long_run()
two_at_once()
an_impatient_user()
moments = random.Random(1)
for i in range(NMOMENTS):
    once_at((RUN, BENCH)[i % 2], (signal.SIGINT, signal.SIGTERM)[i // 2 % 2],
            moments.uniform(0, LATEST_S))
heddle.finish()
