# SPDX-License-Identifier: MIT
"""A job of tasks that end by themselves: what they share, and what came of
it."""
import multiprocessing
import threading
from ctypes import c_uint64
from multiprocessing.sharedctypes import RawValue

import measure
import work
from digest import job_digest


class Handovers(object):
    """Which thread ran last, and when each one before it began to."""

    def __init__(self):
        self.owner = None
        self.times_ns = []

    def metrics(self):
        """A slice is the time from one hand-over to the next."""
        # The first one took it from nobody.
        times_ns = sorted(self.times_ns)[1:]
        slices_ns = sorted(b - a for a, b in zip(times_ns, times_ns[1:]))
        if not slices_ns:
            return {"slices": 0}
        found = {"slices": len(slices_ns),
                 "handovers_per_s": len(slices_ns) * 1e9 / sum(slices_ns)}
        for percent in (5, 25, 50, 75, 95):
            found["slice_p%d_ns" % percent] = measure.quantile(
                slices_ns, percent / 100.0)
        return found


class Cell(object):
    value = 0


class Count(object):
    """What all count up: an object for threads, memory for processes."""

    def __init__(self, plan, processes):
        self.expected = plan["tasks"] * plan["set"]["counter.increments"]
        self.cell = RawValue(c_uint64) if processes else Cell()
        self.lock = multiprocessing.Lock() if processes else threading.Lock()

    def metrics(self):
        kept = self.cell.value / float(self.expected)
        return {"counter_expected": self.expected,
                "counter_left": self.cell.value,
                "kept_share": kept, "lost_share": 1 - kept}


def refuse(plan, mode):
    settings = plan["set"]
    wanted = settings.get("counter.yield")
    if wanted in ("never", "each"):
        raise work.Refused("counter.yield=%s: the version decides where Python "
                           "looks up; write after, or between" % wanted)
    if settings.get("counter.guard") == "atomic":
        raise work.Refused("counter.guard=atomic: Python has none; write mutex")
    if plan["workload"] == "counter" and mode == "interpreters":
        raise work.Refused("counter: interpreters share no objects; write "
                           "threads, or processes")


class Tasks(object):
    job = staticmethod(work.work)
    is_timed = False

    def __init__(self, plan, mode, noting):
        refuse(plan, mode)
        self.shared = None
        if plan["workload"] == "counter":
            self.shared = Count(plan, mode == "processes")
        elif noting and plan["workload"] == "countdown":
            self.shared = Handovers()
        elif noting:
            raise work.Refused("slices=on: only countdown notes them")
        if plan["workload"] == "extension":
            plan["rounds_per_step"] = work.rounds_per_step()
        self.is_unverified = plan["workload"] == "extension"

    def meanwhile(self):
        """There is nothing else to do."""

    def tell(self, results, line):
        """Puts what the workers found into the line of the result."""
        done = [task for result in results for task in result]
        line["digest"] = "0x%016x" % job_digest(task[:2] for task in done)
        line["steps"] = sum(task[2] for task in done)
        if self.shared is not None:
            line["metrics"].update(self.shared.metrics())
        if self.is_unverified:
            line["metrics"]["unverified"] = True
