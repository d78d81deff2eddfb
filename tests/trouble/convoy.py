# SPDX-License-Identifier: MIT
"""The client of a convoy is killed: the run fails and says so, even where all
compute and nobody listens to it. The program is killed or interrupted: neither
its workers nor the client live on."""
import os
import signal

import heddle
from heddle import Case

# More time than anybody waits for: only the end of somebody can end the run.
# The digest may be any: what fails is never compared.
ENDLESS = ("--set", "convoy.duration_ms=3600000", "--expect", "0x1")


def start(case, model, *arguments):
    return case.start("once", "--json", "--model", model, "--workload",
                      "convoy", *ENDLESS, *arguments)


def client_of(case, process):
    """Started twice removed, so it is no child; 0: it is not there (yet)."""
    others = [pid for pid in case.pids() if pid != process.pid
              and heddle.parent(pid) != process.pid]
    connected = heddle.tcp_sockets("established")
    return next((pid for pid in others if heddle.holds_any(pid, connected)), 0)


def client_killed(model, ntasks):
    with Case(f"{model}, {ntasks} tasks, the client is killed") as case:
        process = start(case, model, "--tasks", ntasks)
        client = heddle.wait_for(lambda: client_of(case, process))
        if not case.check(client, "no client came"):
            process.kill()
        else:
            heddle.kill(client)
        case.check_failed(case.end(process), r"the (peer|client) has died")


def program_ended(model, what):
    with Case(f"{model}, the program gets {what.name}") as case:
        process = start(case, model, "--tasks", 3)
        case.check(heddle.wait_for(lambda: client_of(case, process)),
                   "no client came")
        os.kill(process.pid, what)
        outcome = case.end(process)
        case.check(outcome.status == -what, f"it ends otherwise: {outcome}")


for name in heddle.models():
    client_killed(name, 1 if name == "sequential" else 3)
program_ended("gil", signal.SIGINT)
program_ended("fork", signal.SIGINT)
program_ended("fork", signal.SIGKILL)
heddle.finish()
