# SPDX-License-Identifier: MIT
"""The real CPython beside our models: it does the same work, whatever is on
this machine can be asked for, what is not is left out and told, and one that
crashes, hangs or talks nonsense is a hole like any other.

Called as `python3 test_cpython.py PATH_OF_HEDDLE [--sanitized]`.
"""
import json
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "trouble"))
import heddle
from heddle import Case

SCRIPTS = os.path.join(os.path.dirname(__file__), "..", "scripts", "cpython")
# Nothing is found there: the machine without any Python.
NOWHERE = {"PATH": "/nonexistent", "HOME": "/nonexistent",
           "PYENV_ROOT": "/nonexistent"}
SHORT = ("--workload", "countdown", "--tasks", 3, "--seed", 7,
         "--set", "countdown.steps=1001", "--set", "countdown.grain=100")
CONVOY = ("--tasks", 2, "--set", "convoy.duration_ms=150")

# What is asked for, and what the complaint has to name.
MISTAKES = (
    ("cpython3:thread countdown", "cpython3:threads"),
    ("cpython4:threads countdown", "cpython3:threads"),
    ("cpython28_threads countdown", "cpython3:threads"),
    ("cpython311_interpreters countdown", "3.12"),
    ("cpython312t_threads countdown", "cpython3:threads"),
    ("cpython311_threads primes", "countdown"),
    ("cpython311_threads sleepers --pin", "pin"),
    ("cpython311_threads sleepers --memory", "--memory"),
    ("cpython311_threads sleepers --set sleepers.arrivals=poisson "
     "--set sleepers.rate_per_s=10", "arrivals"),
    ("cpython311_sequential countdown --workers 2", "one task at a time"),
    ("cpython27_threads countdown --set cpython27_threads.interval_us=1",
     "check_interval"),
    ("cpython311_threads countdown --set cpython.frob=1",
     "cpython.interval_us"),
    ("threads countdown --set cpython.interval_us=0", "between 1 and"),
)


def alone(cpythons):
    """As if there were only the first one: asking all takes its time."""
    folder = os.path.dirname(cpythons[0]["path"])
    return {**NOWHERE, "PATH": f"{folder}:/usr/bin:/bin"} if cpythons else {}


def once(case, model, *arguments, env=()):
    outcome = case.run("once", "--json", "--model", model, *arguments, env=env)
    try:
        return outcome, json.loads(outcome.out)
    except ValueError:
        case.fail(f"no line of JSON: {outcome}")
        return outcome, {}


def check_well(case, model, *arguments):
    """`once` compares with the reference, which C has computed."""
    outcome, line = once(case, model, *arguments, env=ALONE)
    case.check(outcome.status == 0 and line.get("status") == "ok"
               and outcome.err == "" and line["model"] == model,
               f"{model}: {outcome}")
    return line.get("metrics", {})


def equal_work(cpythons):
    with Case("equal work in every mode") as case:
        # Other versions do it in every_mode_of_every_version.
        for model in cpythons[0]["models"]:
            crew = () if "sequential" in model else ("--workers", 2)
            check_well(case, model, *SHORT, *crew)
    with Case("sleepers, and other sizes and seeds") as case:
        threads = cpythons[0]["models"][1]
        for seed, steps in (0, 1), (2 ** 53, 12000), (1, 12001):
            check_well(case, threads, "--workload", "countdown", "--tasks", 5,
                       "--workers", 3, "--seed", seed,
                       "--set", f"countdown.steps={steps}")
        check_well(case, threads, "--workload", "sleepers", "--workers", 5,
                   "--set", "sleepers.jitter_us=300", "--set",
                   "sleepers.rounds=2", "--set", "sleepers.sleep_us=100")
    with Case("other work is noticed") as case:
        for expected in "0x1", "0x1:2:3":
            outcome, line = once(case, threads, *SHORT, "--expect", expected,
                                 env=ALONE)
            case.check(outcome.status == 1 and line.get("status") == "wrong",
                       f"{expected}: {outcome}")


def metrics_of(cpythons, workloads):
    threads = cpythons[0]["models"][1]
    two = ("--tasks", 2, "--workers", 2)
    with Case("slices") as case:
        found = check_well(case, threads, "--workload", "countdown", *two,
                           "--set", "countdown.steps=200000", "--set",
                           "cpython.slices=on", "--set",
                           "cpython.interval_us=100")
        quantiles = [found.get(f"slice_p{percent}_ns", 0)
                     for percent in (5, 25, 50, 75, 95)]
        # A build without a GIL has no hand-overs worth the name.
        case.check(found.get("slices", 0) > 0 and quantiles == sorted(quantiles)
                   and found["handovers_per_s"] > 0, f"{found}")
        traced = check_well(case, threads, *SHORT, *two[2:], "--trace")
        case.check("slices" in traced, f"{traced}")
        sequential = check_well(case, cpythons[0]["models"][0], *SHORT,
                                "--trace")
        case.check("slices" not in sequential, f"{sequential}")
        case.check_complaint(
            case.run("trace", "--model", threads, *SHORT, "--out", "-"), 2,
            "once --trace")
    if "counter" in workloads:
        with Case("counter") as case:
            for guard, yields in ("mutex", "after"), ("none", "between"):
                found = check_well(case, threads, "--workload", "counter", *two,
                                   "--set", "counter.increments=20000", "--set",
                                   f"counter.guard={guard}", "--set",
                                   f"counter.yield={yields}")
                left, expected = found["counter_left"], 40000
                case.check(found["counter_expected"] == expected and
                           (left == expected if guard == "mutex"
                            else 0 < left <= expected), f"{found}")
    if "extension" in workloads:
        with Case("extension") as case:
            found = check_well(case, threads, "--workload", "extension", *two,
                               "--set", "extension.steps=20000", "--set",
                               "extension.cycle_steps=2000")
            case.check(found.get("unverified") is True, f"{found}")
    if "convoy" in workloads:
        with Case("convoy") as case:
            found = check_well(case, threads, "--workload", "convoy", *CONVOY)
            case.check(found["requests"] > 0 and found["cpu_steps_per_s"] > 0,
                       f"{found}")


def mistakes():
    for typed, wanted in MISTAKES:
        with Case(typed) as case:
            model, workload, *rest = typed.split()
            case.check_complaint(
                case.run("once", "--model", model, "--workload", workload,
                         *rest), 2, re.escape(wanted))


def write_experiment(case, *panels):
    path = os.path.join(case.work, "asked.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"name": "asked", "question": "How?", "chart": "models",
                   "panels": [{"title": models[0], "workload": "countdown",
                               "baseline": models[0], "models": models,
                               "set": {"countdown.steps": 1000}}
                              for models in panels]}, file)
    return path


def plan(case, *panels, env=()):
    return case.run("bench", write_experiment(case, *panels), "--dry-run",
                    env=env)


def requests(cpythons):
    with Case("an experiment asks for all, and for python3") as case:
        outcome = plan(case, ["sequential", "cpython:threads"],
                       ["cpython3:sequential", "cpython3:processes"])
        for one in cpythons:
            case.check(re.search(rf"CPython [0-9.t]+, threads", outcome.err),
                       f"{one}: {outcome}")
        told = outcome.err.count(", threads ")
        case.check(outcome.status == 0 and told == len(cpythons),
                   f"{told} of {len(cpythons)}: {outcome}")
    with Case("an experiment on a machine without Python") as case:
        outcome = plan(case, ["sequential", "threads", "cpython2:threads",
                              "cpython:threads", "cpython35_threads"],
                       ["cpython3:sequential", "cpython3:threads"], env=NOWHERE)
        case.check(outcome.status == 0 and "CPython 2, no CPython, no CPython "
                   "3.5" in outcome.err and "its points are left out"
                   in outcome.err and "threads" in outcome.err,
                   f"{outcome}")
        case.check(outcome.err.count("left out") == 1, f"twice: {outcome}")
    with Case("a sweep sets the same of ours and theirs") as case:
        for env, wanted in (ALONE, 2), (NOWHERE, 0):
            path = write_experiment(case, ["gil", "cpython3:threads"])
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace('"baseline"', '"sweep": {"set": {'
                           '"gil.interval_us": [500, 1000], '
                           '"cpython.interval_us": [500, 1000]}}, "baseline"'))
            outcome = case.run("bench", path, "--dry-run", env=env)
            case.check(outcome.status == 0 and
                       outcome.err.count("asked/CPython") == wanted,
                       f"{outcome}")
    with Case("nothing is left of an experiment") as case:
        outcome = plan(case, ["cpython3:sequential", "cpython3:threads"],
                       env=NOWHERE)
        case.check_complaint(outcome, 4, "no CPython 3 on this machine")
    with Case("what asks for one that is not there") as case:
        case.check("none found" in case.run("list", env=NOWHERE).out,
                   "`heddle list` does not say that there is none")
        outcome, line = once(case, "cpython311_threads", *SHORT, env=NOWHERE)
        case.check(outcome.status == 4 and "no CPython 3.11" in line["error"],
                   f"{outcome}")
        case.check_complaint(
            case.run("run", "--model", "sequential,cpython3:threads", *SHORT,
                     env=NOWHERE), 4, "no CPython 3 on this machine")


def pretend(case, what):
    """A python3 that says that it is CPython 3.5, and then does something
    else."""
    folder = os.path.join(case.folder, "bin")
    path = os.path.join(folder, "python3")
    os.mkdir(folder)
    answer = json.dumps({"cpython": True, "major": 3, "minor": 5,
                         "version": "3.5.0", "free_threaded": False,
                         "path": path})
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\ncase \"$*\" in\n"
                   f"*about.py*) echo '{answer}' ;;\n*) {what} ;;\nesac\n")
    os.chmod(path, 0o755)
    return {**NOWHERE, "PATH": f"{folder}:/bin:/usr/bin:/nonexistent"}


def bad_pythons():
    wrong = json.dumps({"status": "ok", "digest": "0x0000000000000000"})
    for what, patterns in (
            ("kill -SEGV $$", ["killed by SIGSEGV"]),
            ("sleep 1000", ["no result after 1 s"]),
            ("echo Segmentation fault >&2; exit 3",
             ["exit status 3", "Segmentation fault"]),
            ("echo 'no JSON'", ["exit status 0"]),
            (f"echo '{wrong}'", ["has no valid"])):
        with Case(f"a Python that does: {what}") as case:
            outcome = case.run(
                "run", "--model", "sequential,cpython35_threads", *SHORT,
                "--blocks", 1, "--timeout", 1, "--no-charts", "--out", "session",
                env=pretend(case, what))
            told = outcome.out + outcome.err
            case.check(outcome.status == 4, f"exit is not 4: {outcome}")
            for pattern in patterns:
                case.check(pattern in told, f"no {pattern!r} in {outcome}")
            with open(os.path.join(case.work, "session", "result.json"),
                      encoding="utf-8") as file:
                result = json.load(file)
            well = [run for run in result["runs"] if run["status"] == "ok"]
            case.check(len(well) > 0, "the session did not go on")
            case.check([one["version"] for one in
                        result["environment"]["cpythons"]][0] == "3.5.0",
                       "the environment does not tell which Pythons there are")
            # Nobody needs a Python to read what others have measured.
            shown = case.run("show", "session", "--no-charts", env=NOWHERE)
            case.check(shown.status == 0, f"it is not shown: {shown}")


def interrupted(cpythons):
    """Nothing of it lives on (Case looks), and the status tells."""
    model = cpythons[0]["models"][2]
    for number in signal.SIGINT, signal.SIGKILL:
        with Case(f"{model}, {number.name}") as case:
            process = case.start(
                "run", "--model", model, "--workload", "countdown",
                "--tasks", 2, "--workers", 2, "--set",
                "countdown.steps=30000000", "--no-charts", "--blocks", 9,
                env=ALONE)
            case.check(heddle.wait_for(
                lambda: sum(any(word.endswith("run.py")
                                for word in heddle.command_line(pid))
                            for pid in case.pids()) == 3), "no workers came")
            if number == signal.SIGINT:
                os.killpg(process.pid, number)
            else:
                process.kill()
            outcome = case.end(process)
            case.check(outcome.status in (130, -number), f"{outcome}")


def every_mode_of_every_version(cpythons):
    with Case("every mode of every CPython, warnings are errors") as case:
        expected = case.run("once", "--reference", "--model", "sequential",
                            *SHORT).out.strip()
        program = ("import sys\nfor path in sys.argv[1:]:\n"
                   "    with open(path) as file:\n"
                   "        compile(file.read(), path, 'exec')\n")
        paths = [os.path.join(SCRIPTS, name) for name in os.listdir(SCRIPTS)
                 if name.endswith(".py")]
        for one in cpythons:
            done = subprocess.run([one["path"], "-W", "error", "-c", program,
                                   *paths], check=False, capture_output=True)
            case.check(done.returncode == 0 and done.stderr == b"",
                       f"{one['version']}: {done}")
            for model in one["models"]:
                mode = model.partition("_")[2]
                done = subprocess.run(
                    [one["path"], "-W", "error", "-B",
                     os.path.join(SCRIPTS, "run.py"), "--mode", mode,
                     "--workers", "1" if mode == "sequential" else "2",
                     "--expect", expected, *map(str, SHORT)],
                    check=False, capture_output=True)
                case.check(done.returncode == 0 and done.stderr == b"",
                           f"{model}: {done}")


everything = heddle.catalogue()
found = everything["cpythons"]
ALONE = alone(found)
mistakes()
bad_pythons()
requests(found)
if not found:
    heddle.skip("the real one", "there is no CPython on this machine")
else:
    every_mode_of_every_version(found)
    equal_work(found)
    metrics_of(found, {one["name"] for one in everything["workloads"]})
    interrupted(found)
heddle.finish()
