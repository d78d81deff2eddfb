# SPDX-License-Identifier: MIT
"""The peer dies, or stalls, in the middle of a run. The run fails and says so;
and whatever state the peer is in, it is gone afterwards."""
import os
import signal

import heddle
from heddle import Case

# More rounds than anybody waits for: only the peer's end can end the run.
# The digest may be any: what fails is never compared.
ENDLESS = ("--set", "echo.rounds=1000000", "--set", "echo.delay_us=1000",
           "--expect", "0x1")
NTASKS = 4
# Far longer than a delay; each task of the sequential model waits for one.
TIMEOUT_MS = 1500


def run_against(case, model, what, *settings):
    """Runs until a task is connected, then sends the peer a signal."""
    process = case.start("once", "--json", "--model", model, "--workload",
                         "echo", "--tasks", NTASKS, *ENDLESS, *settings)
    peer = heddle.wait_for(lambda: case.peer("established"))
    if not case.check(peer, "the peer got no connection"):
        process.kill()
        return case.end(process), 0
    os.kill(peer, what)
    return case.end(process), peer


def killed(model, connect):
    with Case(f"{model}, connect={connect}, the peer is killed") as case:
        outcome, _ = run_against(case, model, signal.SIGKILL,
                                 "--set", f"echo.connect={connect}")
        case.check_failed(outcome, r"the peer (has )?died")


def stopped(model):
    with Case(f"{model}, the peer stalls") as case:
        outcome, peer = run_against(case, model, signal.SIGSTOP,
                                    "--set", f"echo.timeout_ms={TIMEOUT_MS}")
        case.check_failed(outcome, r"\bETIMEDOUT\b", r"task \d+")
        case.check(peer not in case.pids(), "the stalled peer is left behind")


for name in heddle.models():
    killed(name, "inside")
    killed(name, "outside")
    stopped(name)
heddle.finish()
