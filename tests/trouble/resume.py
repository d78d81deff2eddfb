# SPDX-License-Identifier: MIT
"""A session that is cut short anywhere and continued has the plan, the orders
of its blocks and the set of runs of one that was left in peace. And what must
not be continued is not."""
import json
import os
import shutil
import signal

import heddle
from heddle import Case

NBLOCKS = 7
OPTIONS = ("--blocks", NBLOCKS, "--seed", 9, "--no-charts", "--out")
RUN = ("run", "--model", "sequential,threads,fork", "--workload", "sleepers",
       "--tasks", "3", "--set", "sleepers.sleep_us=3000", *OPTIONS)
BENCH = ("bench", "first.json", "second.json", *OPTIONS)
RESUME = ("bench", "--no-charts", "--resume")
USAGE = 2


def write_experiments(case, sleep_us=3000):
    for name, models in (("first", ["threads", "fork", "sequential"]),
                         ("second", ["sequential", "event_loop"])):
        with open(os.path.join(case.work, f"{name}.json"), "w",
                  encoding="utf-8") as file:
            json.dump({"name": name, "question": "Is it the same?",
                       "chart": "models", "panels": [{
                           "workload": "sleepers", "tasks": 2,
                           "set": {"sleepers.sleep_us": sleep_us},
                           "models": models, "baseline": models[0]}]}, file)


class Folder:
    """A session's folder, and what stands in it."""

    def __init__(self, case, name):
        self.name = name
        self.path = os.path.join(case.work, name)
        self.journal = os.path.join(self.path, "samples.ndjson")

    def lines(self):
        try:
            with open(self.journal, encoding="utf-8") as file:
                return file.read().splitlines(keepends=True)
        except FileNotFoundError:
            return []

    def write_lines(self, lines):
        with open(self.journal, "w", encoding="utf-8") as file:
            file.writelines(lines)

    def load(self, name="result.json"):
        with open(os.path.join(self.path, name), encoding="utf-8") as file:
            return json.load(file)

    def edit(self, name, change):
        """change(value) to a JSON file."""
        value = self.load(name)
        change(value)
        with open(os.path.join(self.path, name), "w",
                  encoding="utf-8") as file:
            json.dump(value, file)

    def story(self):
        """What does not depend on time: the plan, and what ran where."""
        result = self.load()
        for configuration in result["configurations"]:
            del configuration["reference_ns"], configuration["counters"]
        runs = [(run["configuration"], run["block"], run["position"],
                 run["digest"], run["status"]) for run in result["runs"]]
        return result["plan"], result["configurations"], runs

    def kept(self):
        """The journal's runs of complete blocks."""
        runs = [json.loads(line) for line in self.lines()]
        return [(run["configuration"], run["block"], run["position"],
                 run["digest"], run["status"])
                for run in runs
                if not run.get("partial") and not run.get("discarded")]

    def copy(self, case, name):
        other = Folder(case, name)
        shutil.rmtree(other.path, ignore_errors=True)
        shutil.copytree(self.path, other.path)
        return other


def interrupt(case, command, folder, nlines, number, of=""):
    """Starts it, and interrupts it when its plan has been written and the
    journal has so many lines with this text."""
    process = case.start(*command, folder.name)
    heddle.wait_for(lambda: process.poll() is not None
                    or (os.path.exists(os.path.join(folder.path, "plan.json"))
                        and sum(of in line for line in folder.lines())
                        >= nlines))
    if process.poll() is None:
        os.killpg(process.pid, number)
    outcome = case.end(process)
    case.check(outcome.status in (-number, 128 + number),
               f"not ended by {number}: {outcome}")
    if number == signal.SIGINT:
        case.check(f"heddle bench --resume {folder.name}" in outcome.out,
                   f"it does not say how to go on: {outcome}")


def check_whole(case, folder, whole, nresumed):
    case.check(folder.story() == whole.story(), "not the same session")
    case.check(folder.kept() == whole.story()[2], "not the same journal")
    session = folder.load()["session"]
    case.check(session["complete"], "it is not complete")
    case.check(len(session["resumed_utc"]) == nresumed,
               f"resumed {session['resumed_utc']}")
    case.check(session["id"] == folder.load("plan.json")["session"]["id"],
               "its id is another one")


def resume(case, folder):
    outcome = case.run(*RESUME, folder.name)
    case.check(outcome.status == 0, f"it does not go on: {outcome}")


def whole_session(case, command):
    whole = Folder(case, "whole")
    outcome = case.run(*command, "whole")
    case.check(outcome.status == 0, f"the whole one: {outcome}")
    return whole


def interruptions(case, command, marks):
    """Again and again, until it is whole; and each by itself."""
    whole = whole_session(case, command)
    again = Folder(case, "again")
    for number in (signal.SIGKILL, signal.SIGINT):
        for i, nlines in enumerate(marks):
            case.what = f"{command[0]}, {number.name} at {nlines} lines"
            once = Folder(case, f"once-{number}-{nlines}")
            interrupt(case, command, once, nlines, number)
            resume(case, once)
            check_whole(case, once, whole, 1)
            case.what += ", again"
            interrupt(case, RESUME if i > 0 else command, again, nlines,
                      number)
        resume(case, again)
        check_whole(case, again, whole, len(marks))
        shutil.rmtree(again.path)


def torn(case):
    """A journal as a crash leaves it: any number of bytes is missing."""
    whole = whole_session(case, RUN)
    lines = whole.lines()
    nruns = json.loads(lines[0])["block_runs"]
    for nlines, nbytes in ((len(lines), 1), (len(lines) - 1, 0),
                           (len(lines) - nruns, 0), (nruns + 2, 30),
                           (nruns, 1), (1, 1), (0, 0)):
        case.what = f"a journal of {nlines} lines less {nbytes} bytes"
        folder = whole.copy(case, "torn")
        os.unlink(os.path.join(folder.path, "result.json"))
        text = "".join(lines[:nlines])
        folder.write_lines([text[:len(text) - nbytes]])
        resume(case, folder)
        check_whole(case, folder, whole, 1)
        nwhole = nlines - (nbytes > 0)
        partial = [line for line in folder.lines() if '"partial"' in line]
        case.check(len(partial) == nwhole % nruns,
                   f"{len(partial)} runs are marked as partial")


def budget(case):
    """Time that was spent before counts: here more than there was."""
    case.what = "a budget that is spent"
    folder = Folder(case, "spent")
    interrupt(case, (*RUN[:-6], "--target", "0.0001", "--budget", 3600,
                     "--no-charts", "--out"), folder, 8, signal.SIGINT)
    lines = [json.loads(line) for line in folder.lines()]
    lines[-1]["start_ns"] += 4000 * 10**9
    folder.write_lines([json.dumps(line) + "\n" for line in lines])
    resume(case, folder)
    session = folder.load()["session"]
    case.check(session["stop_reason"] == "budget", f"{session}")
    case.check(len(folder.kept()) == sum(not line.get("partial")
                                         for line in lines),
               "blocks beyond the budget")


def not_begun_again(case):
    """What ran out of its share of the budget before is left at that. A block
    takes 120 ms at least, so 60 of them do not fit into four seconds."""
    case.what = "an experiment that was over"
    write_experiments(case, sleep_us=20000)
    folder = Folder(case, "cut")
    interrupt(case, (*BENCH[:3], "--target", "0.0001", "--budget", 4,
                     "--no-charts", "--out"), folder, 3, signal.SIGKILL,
              '"second/')
    before = sum('"first/' in line for line in folder.lines())
    resume(case, folder)
    first, second = folder.load()["plan"]["experiments"]
    case.check(sum('"first/' in line for line in folder.lines()) == before
               == 4 * first["blocks"] and first["stop_reason"] == "budget",
               f"{before} runs before, then {first}")
    case.check(second["blocks"] > 0, f"{second}")


def change_session(**new):
    return lambda plan: plan["session"].update(new)


def change_machine(**new):
    return lambda plan: plan["environment"].update(new)


REFUSED = (
    (change_session(build_id="0123456789abcdef"), "another program began it"),
    (change_session(git_commit="0123456789ab"), "another program began it"),
    (change_machine(cpu_model="Z80"), 'cpu_model was "Z80" and is'),
    (change_machine(kernel="2.6.32"), 'kernel was "2.6.32" and is'),
    (change_machine(governor="sleepy"), 'governor was "sleepy" and is'),
    (change_machine(cores_usable=4096), "cores_usable was 4096 and is"),
    (change_machine(memory_total_bytes=640), "memory_total_bytes was 640"),
    (lambda plan: plan.update(schema_version="1.999"), "version 1.999"),
    (lambda plan: plan.update(schema_version="2.0"), "version 2.0"),
    (lambda plan: plan.pop("schema_version"), "no plan of heddle"),
    (lambda plan: plan["configurations"].pop(), 'samples.ndjson:[1-4]: there is no configuration'),
    (lambda plan: plan["configurations"].clear(), 'samples.ndjson:[1-4]: there is no configuration'),
)


def drop(*numbers):
    return lambda lines: [line for i, line in enumerate(lines)
                          if i not in numbers]


def replace(number, old, new):
    return lambda lines: [line.replace(old, new) if i == number else line
                          for i, line in enumerate(lines)]


DAMAGED = (
    (drop(1), "samples.ndjson:4: .*not complete"),
    (drop(0, 1, 2, 3), "samples.ndjson:1: .*out of place in block 1"),
    (lambda lines: lines[:8] + lines[4:],
     "samples.ndjson:9: .*out of place in block 1"),
    (replace(2, "{", ""), "samples.ndjson:3: it is damaged: "),
    (replace(2, '"block_runs"', '"x"'), 'samples.ndjson:3: "block_runs"'),
    (replace(3, "run/", "walk/"), 'samples.ndjson:4: there is no configuration "walk/'),
    (lambda lines: replace(3, '"status":"ok"', '"status":"wrong"')(
        replace(3, '"error":null', '"error":"other primes"')(lines)),
     "samples.ndjson:4: .*wrong work .*other primes"),
    (replace(3, '"run_ns":', '"runs_ns":'), 'samples.ndjson:4: "run_ns" is missing'),
    (replace(3, '"status":"ok"', '"status":"fine"'), 'samples.ndjson:4: there is no status "fine"'),
    (lambda lines: ["[]\n"] + lines, "samples.ndjson:1: .*no object"),
    (lambda lines: [lines[0].replace('"run_ns"', '"bytes"')] + lines[1:],
     "samples.ndjson:1: it is damaged: duplicate"),
    (replace(5, '"block_runs":', '"discarded":"boredom","block_runs":'),
     'samples.ndjson:6: .*the block before it is not complete'),
    (replace(4, '"block_runs":', '"discarded":"boredom","block_runs":'),
     'samples.ndjson:5: there is no discarded "boredom"'),
    (replace(1, '"block_runs":4', '"block_runs":"4"'),
     "samples.ndjson:2: block_runs must be a whole number"),
    (replace(0, '"block":0', '"block":1e9'), "samples.ndjson:1: block must"),
    (lambda lines: [lines[0].replace("{", '{"":"\0",', 1)] + lines[1:],
     "samples.ndjson:1: it holds a zero byte"),
)


def refusals(case):
    folder = Folder(case, "cut")
    interrupt(case, RUN, folder, 12, signal.SIGKILL)

    def check(changed, *named):
        before = changed.lines()
        outcome = case.run(*RESUME, changed.name)
        case.check_complaint(outcome, USAGE, *named)
        case.check(changed.lines() == before, "the journal was changed")

    for change, named in REFUSED:
        case.what = f"resume, {named}"
        changed = folder.copy(case, "changed")
        changed.edit("plan.json", change)
        check(changed, named)
    for change, named in DAMAGED:
        case.what = f"resume, a journal with: {named}"
        changed = folder.copy(case, "changed")
        changed.write_lines(change(folder.lines()))
        check(changed, named)
    case.what = "show of a session that was killed"
    case.check_complaint(case.run("show", folder.name), USAGE,
                         "heddle bench --resume cut goes on")
    case.what = "resume with a plan that is cut off"
    changed = folder.copy(case, "changed")
    os.truncate(os.path.join(changed.path, "plan.json"), 2000)
    check(changed, r"plan\.json:[0-9]+: it is cut off here")
    case.what = "resume with a plan that was edited"
    changed = folder.copy(case, "changed")
    changed.edit("plan.json", lambda plan: plan["plan"].update(target_ratio=0))
    check(changed, r"plan\.json:[0-9]+: target_ratio must be a number from")
    for name, named in (("plan.json", "no plan.json"),
                        ("samples.ndjson", "samples.ndjson: No such file")):
        case.what = f"resume without {name}"
        changed = folder.copy(case, "changed")
        os.unlink(os.path.join(changed.path, name))
        check(changed, named)
    case.what = "resume of a complete session"
    resume(case, folder)
    check(folder, "is complete; heddle show cut")


def two_at_once(case):
    """One that is being measured, even if it stands still for now."""
    case.what = "resume of a session that goes on"
    folder = Folder(case, "cut")
    process = case.start(*RUN, "cut")
    heddle.wait_for(lambda: len(folder.lines()) >= 4)
    os.kill(process.pid, signal.SIGSTOP)
    if case.check(heddle.wait_for(
            lambda: (heddle.fields(process.pid) or "Z")[0] in "TZ")
            and process.poll() is None, "it ended too soon"):
        outcome = case.run(*RESUME, "cut")
        case.check(outcome.status == USAGE and "another process"
                   in outcome.err, f"{outcome}")
    os.kill(process.pid, signal.SIGCONT)
    outcome = case.end(process)
    case.check(outcome.status == 0, f"the first one: {outcome}")


with Case("interrupted runs") as one:
    interruptions(one, RUN, (0, 4, 9, 20))
with Case("interrupted experiments") as one:
    write_experiments(one)
    interruptions(one, BENCH, (3, 4 * 4, 4 * NBLOCKS + 4))
for test in torn, budget, not_begun_again, refusals, two_at_once:
    with Case(test.__name__) as one:
        test(one)
heddle.finish()
