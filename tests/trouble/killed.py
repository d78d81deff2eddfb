# SPDX-License-Identifier: MIT
"""Somebody is killed: a worker, the program itself. The result says so, and
nobody lives on."""
import os
import signal

import heddle
from heddle import Case

NWORKERS = 4
# Long enough to be found asleep, and as long as the survivors make us wait.
SLEEP_US = 4000000
# Nobody waits for these: the test is that they end before.
ENDLESS = ("--set", "sleepers.sleep_us=60000000",
           "--set", "sleepers.rounds=1000000")
# Any: what fails is never compared. It saves a process for the reference,
# which would be taken for a worker.
EXPECT = ("--expect", "0x1")


def start(case, command, model, workload, *arguments):
    return case.start(command, "--model", model, "--workload", workload,
                      "--tasks", NWORKERS, *arguments)


def a_worker(model, signal_sent):
    with Case(f"{model}, a worker gets {signal_sent.name}") as case:
        workers = ("--workers", NWORKERS)
        process = start(case, "once", model, "sleepers", "--json", *workers,
                        *EXPECT, "--set", f"sleepers.sleep_us={SLEEP_US}")
        heddle.wait_for(lambda: len(case.children(process.pid)) == NWORKERS)
        children = case.children(process.pid)
        if not case.check(len(children) == NWORKERS, "no workers came"):
            return
        os.kill(children[1], signal_sent)
        outcome = case.end(process)
        line = case.check_failed(outcome, rf"killed by {signal_sent.name}\b")
        case.check(line is None or line["tasks"] == NWORKERS,
                   f"the plan was changed: {line}")


def the_program(model):
    """Its workers and its peer must not outlive it, asleep or connected."""
    for workload, arguments in (
            ("sleepers", ENDLESS),
            ("echo", ("--set", "echo.delay_us=60000000",
                      "--set", "echo.rounds=1000000"))):
        with Case(f"{model}, {workload}, the program is killed") as case:
            process = start(case, "once", model, workload, *arguments, *EXPECT)
            if workload == "echo":
                case.check(heddle.wait_for(lambda: case.peer("established")),
                           "no connection came")
            elif model in ("fork", "process_pool"):
                case.check(heddle.wait_for(
                    lambda: case.children(process.pid)), "no workers came")
            process.kill()
            case.end(process)


def a_run_of_a_session():
    """A run that is killed is a hole with a reason; the session goes on."""
    with Case("heddle run, a run is killed") as case:
        process = start(case, "run", "sequential", "sleepers", "--blocks", 1,
                        "--no-charts", "--out", "session", *ENDLESS)
        nkilled = 0
        while process.poll() is None:
            for pid in case.children(process.pid):
                if "--expect" in heddle.command_line(pid):
                    heddle.kill(pid)
                    nkilled += 1
        outcome = case.end(process)
        case.check(nkilled > 0, f"no run came: {outcome}")
        case.check(outcome.status == 4, f"exit status is not 4: {outcome}")
        case.check("SIGKILL" in outcome.out + outcome.err,
                   f"SIGKILL is not mentioned: {outcome}")


def the_session():
    """The run that was under way must not live on either."""
    with Case("heddle run is killed") as case:
        process = start(case, "run", "fork", "sleepers", "--no-charts",
                        "--out", "session", *ENDLESS)
        case.check(heddle.wait_for(lambda: len(case.pids()) == NWORKERS + 2),
                   "no run came")
        process.kill()
        case.end(process)


for name in ("fork", "process_pool"):
    for number in signal.SIGKILL, signal.SIGTERM:
        a_worker(name, number)
for name in heddle.models():
    the_program(name)
a_run_of_a_session()
the_session()
heddle.finish()
