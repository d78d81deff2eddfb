# SPDX-License-Identifier: MIT
"""Bad days under a GIL: its holder never looks up, or the program is ended
while one thread computes and the others wait for it."""
import os
import re
import signal

import heddle
from heddle import Case

# Held while asleep, not while computing: the test costs no processor.
HELD = ("--workload", "sleepers", "--workers", 2, "--tasks", 2,
        "--set", "gil.release=never")
# Nobody waits for this: the test is that it ends before. The digest may be any.
ENDLESS = ("--workload", "countdown", "--workers", 2, "--tasks", 2,
           "--set", "countdown.steps=1000000000000", "--expect", "0x1")


def told_afterwards():
    """The run is good, and says what bent it."""
    with Case("gil, a holder that did not look up") as case:
        outcome = case.run("once", "--model", "gil", *HELD,
                           "--set", "sleepers.sleep_us=400000")
        case.check_complaint(outcome, 0, r"worker [01] held the GIL for \d+ ms",
                             r"set gil\.release=always")


def timed_out():
    """The run is ended, and what its waiters said is the reason. (2 s are
    twice as long as they wait before they say it.)"""
    with Case("heddle run, a holder that never looks up") as case:
        outcome = case.run("run", "--model", "gil", *HELD, "--blocks", 1,
                           "--set", "sleepers.sleep_us=60000000",
                           "--timeout", 2, "--no-charts", "--out", "session")
        words = " ".join(outcome.out.split())
        case.check(outcome.status == 4, f"exit status is not 4: {outcome}")
        case.check(re.search(r"no result after 2 s: heddle: worker [01] holds "
                             r"the GIL", words),
                   f"no reason is given: {outcome}")


def ended(model, number):
    with Case(f"{model}, computing, the program gets {number.name}") as case:
        process = case.start("once", "--model", model, *ENDLESS)
        case.check(heddle.wait_for(lambda: len(
            os.listdir(f"/proc/{process.pid}/task")) >= 2), "no worker came")
        process.send_signal(number)
        outcome = case.end(process)
        case.check(outcome.status == -number, f"not ended by it: {outcome}")


told_afterwards()
timed_out()
for name in "gil", "gil_ticks", "gil_each":
    for sent in signal.SIGINT, signal.SIGTERM, signal.SIGKILL:
        ended(name, sent)
heddle.finish()
