# SPDX-License-Identifier: MIT
"""One run under this Python: takes the words of `heddle once` and prints its
line of JSON (results/schema/once-1.json). `heddle once --model cpython3:threads`
starts it; by hand:

    python3 run.py --workload countdown --mode threads --workers 2 --tasks 2 \\
        --seed 1 --set countdown.steps=1000000 --set countdown.grain=1000000

It knows no defaults: those of `heddle list` come with every call."""
from __future__ import print_function

import argparse
import json
import signal
import sys

import convoy
import crews
import measure
import tasks
import work
from about import about

OK, WRONG, FAILED = (0, "ok"), (1, "wrong"), (4, "failed")


def model_name(mode):
    me = about()
    return "cpython%d%d%s_%s" % (me["major"], me["minor"],
                                 "t" if me["free_threaded"] else "", mode)


def setting(text):
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        raise argparse.ArgumentTypeError("%s: write OWNER.name=value" % text)
    return name, int(value) if value.isdigit() else value


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.partition(":")[0],
        epilog="Settings are those of `heddle list`.")
    parser.add_argument("--workload", required=True,
                        choices=sorted(work.WORKLOADS) + ["convoy"])
    parser.add_argument("--mode", required=True, choices=sorted(crews.CREWS))
    for name, default in ("workers", 1), ("tasks", None), ("seed", 1):
        parser.add_argument("--" + name, type=int, default=default,
                            required=default is None)
    parser.add_argument("--set", type=setting, action="append", default=[],
                        metavar="X.name=value")
    parser.add_argument("--default", type=setting, action="append", default=[],
                        metavar="X.name=value",
                        help="the same, but not worth telling in the result")
    parser.add_argument("--expect", metavar="DIGEST:STEPS:BYTES")
    parser.add_argument("--heddle", metavar="PATH",
                        help="the program: convoy's client")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--trace", action="store_true",
                        help="note slices where that can be done")
    return parser.parse_args()


def take_settings(settings):
    """Those of the model; the others are left to the workload. Returns whether
    slices are to be noted."""
    own = {name.partition(".")[2]: value for name, value in settings.items()
           if name.startswith("cpython")}
    if "interval_us" in own:
        sys.setswitchinterval(own["interval_us"] / 1e6)
    if "check_interval" in own:
        sys.setcheckinterval(own["check_interval"])
    return own.get("slices") == "on"


def make_job(plan, options):
    noting = take_settings(plan["set"]) or (
        options.trace and options.mode == "threads" and
        plan["workload"] == "countdown")
    if plan["workload"] == "convoy":
        return convoy.Convoy(plan, options.mode, options.heddle)
    return tasks.Tasks(plan, options.mode, noting)


def timed(make_crew, meanwhile):
    """What every worker returned, and what it took."""
    before, began_ns = measure.usage(), measure.clock_ns()
    crew = make_crew()
    opened_ns = measure.clock_ns()
    results = crew.run(meanwhile)
    ended_ns = measure.clock_ns()
    crew.close()
    closed_ns, after = measure.clock_ns(), measure.usage()
    cost = {name: after[name] - before[name] for name in after}
    cost.update(startup_ns=opened_ns - began_ns, run_ns=ended_ns - opened_ns,
                shutdown_ns=closed_ns - ended_ns)
    return results, cost


def verdict(job, line, expected):
    """Is it the work that every model must find?"""
    found = "%s:%d:%d" % (line["digest"], line["steps"], line["bytes"])
    if expected and job.is_timed:
        found, expected = line["digest"], expected.partition(":")[0]
    if not expected or job.is_unverified or found == expected:
        return OK, None
    return WRONG, "wrong work: %s instead of %s" % (found, expected)


def empty_line(options):
    line = {"model": model_name(options.mode), "workload": options.workload,
            "workers": options.workers, "inflight": options.workers,
            "tasks": options.tasks, "seed": options.seed,
            "set": {name: str(value) for name, value in options.set},
            "digest": "0x%016x" % 0, "steps": 0, "bytes": 0, "startup_ns": 0,
            "run_ns": 0, "shutdown_ns": 0, "peer_cpu_ns": 0, "metrics": {}}
    line.update((name, 0) for name in measure.usage())
    return line


def run(options):
    plan = {"workload": options.workload, "tasks": options.tasks,
            "seed": options.seed, "workers": options.workers,
            "set": dict(options.default + options.set)}
    line = empty_line(options)
    try:
        job = make_job(plan, options)
        results, cost = timed(
            lambda: crews.CREWS[options.mode](plan, job.job, job.shared),
            job.meanwhile)
        line.update(cost)
        job.tell(results, line)
        end, line["error"] = verdict(job, line, options.expect)
    except (work.Refused, crews.CrewError, EnvironmentError, RuntimeError,
            MemoryError) as error:
        end, line["error"] = FAILED, str(error) or type(error).__name__
    except KeyError as error:
        end, line["error"] = FAILED, "write --set %s=..." % error.args
    line["peak_rss_bytes"] = measure.peak_rss_bytes()
    line["status"] = end[1]
    if options.json:
        print(json.dumps(line))
    elif line["error"]:
        print("heddle: %s" % line["error"], file=sys.stderr)
    return end[0]


if __name__ == "__main__":
    # Ctrl-C ends it at once and without a traceback, as any program.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run(arguments()))
