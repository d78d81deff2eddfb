# SPDX-License-Identifier: MIT
"""The command line as a user meets it: every mistake costs one line that says
what to write instead, and what is asked for is on standard output, all of it.

Called as `python3 test_cli.py PATH_OF_HEDDLE [--sanitized]`.
"""
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "trouble"))
import heddle
from heddle import Case

CORPUS = os.path.abspath(os.path.join(os.path.dirname(__file__),
                                      "fuzz/corpus/result"))
COMMANDS = ("list", "run", "once", "trace", "bench", "show", "compare", "export",
            "peer", "doctor", "demo", "man", "completions")
USAGE = 2

ECHO = "once --model threads --workload echo"
POISSON = ECHO + " --set echo.arrivals=poisson --set echo.rate_per_s=1000"
EMPTY = "once --model threads --workload empty"
RUN = "run --model threads --workload empty"

# What is typed, and what the complaint has to name.
MISTAKES = (
    ("frob", "frob"),
    ("--frob", "--frob"),
    ("list one", "one"),
    ("show one two", "two"),
    ("show /nowhere", "/nowhere"),
    ("export /nowhere", "choose one of --tsv, --csv and --md"),
    ("export --tsv --md", "choose one of"),
    ("export /nowhere --csv", "/nowhere"),
    ("export --csv", "no session in results/"),
    ("compare /nowhere", "two sessions"),
    ("compare /nowhere /nowhere", "/nowhere"),
    ("compare a b c", "c is one too many"),
    ("compare a b --fail-above 0", "--fail-above 0"),
    ("demo nope", "nope"),
    ("once", "--model and --workload"),
    ("once --model", "--model needs a value"),
    ("once --frob", "--frob"),
    ("once -x", "-x"),
    ("once --json=3", "--json"),
    ("list --tasks 3", "--tasks"),
    ("list --names x", "models, workloads, experiments, groups and demos"),
    ("completions", "bash, zsh or fish"),
    ("completions tcsh", "bash, zsh or fish"),
    ("once --model nope --workload empty", "no model nope"),
    ("once --model threads --workload nope", "no workload nope"),
    ("once --model threads,fork --workload empty", "threads,fork"),
    (f"{EMPTY} extra", "extra"),
    (f"{EMPTY} --tasks 0", "--tasks 0: .* at least 1"),
    (f"{EMPTY} --tasks -1", "--tasks -1"),
    (f"{EMPTY} --tasks 1x", "--tasks 1x"),
    (f"{EMPTY} --tasks 1e3", "--tasks 1e3"),
    (f"{EMPTY} --tasks 99999999999999999999", "--tasks 9+"),
    (f"{EMPTY} --seed 9007199254740993", r"2\^53"),
    (f"{EMPTY} --workers 1,2", "--workers 1,2: one run has one value"),
    (f"{EMPTY} --inflight 1,2", "--inflight 1,2: one run has one value"),
    (f"{EMPTY} --workers 0", "--workers 0"),
    (f"{EMPTY} --workers 200000", "200000: at most"),
    (f"{EMPTY} --expect digest", "--expect digest"),
    (f"{EMPTY} --expect 0x1:2", "--expect 0x1:2"),
    (f"{EMPTY} --expect 0x1zz", "--expect 0x1zz"),
    (f"{EMPTY} --expect 0x1:2:3:4", "--expect 0x1:2:3:4"),
    (f"{EMPTY} --picture file", "makes no picture"),
    # Knobs that do not apply.
    (f"{EMPTY} --workers 2 --inflight 3", "one number"),
    (f"{EMPTY} --pin", "leave out pin"),
    ("once --model sequential --workload empty --workers 2", "one task"),
    ("once --model process_pool --workload empty --inflight 3", "no queue"),
    ("once --model event_loop --workload empty --workers 4 --inflight 2",
     "at least workers"),
    # Settings.
    (f"{ECHO} --set x", "OWNER.name=value"),
    (f"{ECHO} --set nope.x=1", "no model or workload nope"),
    (f"{ECHO} --set echo.nope=1", "no parameter nope; it has rounds"),
    (f"{ECHO} --set echo.rounds=0", "between 1 and 1000000 round trips"),
    (f"{ECHO} --set echo.rounds=1000001", "between 1 and 1000000"),
    (f"{ECHO} --set echo.rounds=-1", "whole number"),
    (f"{ECHO} --set echo.rounds=1.5", "whole number"),
    (f"{ECHO} --set echo.rounds=", "whole number"),
    (f"{ECHO} --set echo.connect=maybe", r"one of inside\|outside"),
    (f"{ECHO} --set threads.stack_bytes=1", "between"),
    (f"{ECHO} --set coroutines.switch=x", r"one of native\|ucontext"),
    # Requests.
    (f"{ECHO} --set echo.rate_per_s=10", "means nothing without arrivals"),
    (f"{ECHO} --set echo.arrivals=poisson", "needs a rate"),
    (f"{ECHO} --set echo.arrivals=often", r"one of none\|constant\|poisson"),
    (f"{EMPTY} --set empty.arrivals=poisson", "no parameter arrivals"),
    (f"{POISSON} --tasks 5", "need 20 of them"),
    (f"{POISSON} --memory", "leave out echo.arrivals"),
    (f"{POISSON.replace('once', 'run')} --memory", "leave out echo.arrivals"),
    (f"{ECHO} --set echo.stall_ms=5", "set both"),
    # Sessions.
    ("run", "--model and --workload"),
    ("run --model threads,nope --workload empty", "no model nope"),
    ("run --model threads,threads --workload empty", "twice"),
    (f"{RUN} --workers 1,2 --inflight 1,2", "sweep one"),
    (f"{RUN} --workers 1,,2", "--workers 1,,2"),
    (f"{RUN} --workers 2,2", "twice"),
    (f"{RUN} --blocks 0", "--blocks 0"),
    (f"{RUN} --budget 0", "--budget 0"),
    (f"{RUN} --target 0%", "--target 0%"),
    (f"{RUN} --target 200%", "--target 200%"),
    (f"{RUN} --target nan", "--target nan"),
    (f"{RUN} --set echo.nope=1", "no parameter nope"),
    (f"{RUN} --out /proc", "choose another --out"),
    ("bench nope", "no experiment and no group nope"),
    ("bench nope.json", "nope.json: .*No such file"),
    ("bench scaling scaling", "once"),
    ("bench --quick --rigorous", "choose one"),
    ("bench --resume /nowhere", "no plan.json"),
    ("bench --resume x --seed 1", "leave out --seed"),
    ("bench scaling --resume x", "leave out scaling"),
    ("bench --against /nowhere", "--against /nowhere: No such file"),
    ("bench --against /proc", "no program that may be run"),
    ("bench --against /bin/true", "/bin/true: it is no heddle"),
    ("bench --against /bin/false", "/bin/false: it is no heddle"),
    ("bench --against /usr/bin/ldd", "it is a script"),
    ("bench --fail-above 5%", "--against"),
    ("bench --fail-above x", "--fail-above x: must be a percentage"),
    ("peer --protocol ftp", "echo or http"),
    ("peer --stall-ms 3", "--stall-every-ms"),
    ("peer --delay-us x", "--delay-us x"),
)

# A good experiment of the user's own, and what can be spoilt in it: a piece of
# the text, what stands there instead, what the complaint says, and the line
# that it names, if that is not the line of the change.
EXPERIMENT = """{
 "name": "own",
 "question": "Is this file read?",
 "chart": "models",
 "blocks": {"min": 1, "max": 2},
 "panels": [
  {
   "workload": "sleepers",
   "tasks": 10,
   "set": {"sleepers.sleep_us": 1000},
   "models": [
    "threads",
    {"model": "thread_pool", "workers": 2},
    {"model": "thread_pool", "workers": 4, "label": "large pool"}
   ],
   "baseline": "threads",
   "sweep": {"tasks": [10, 20]}
  }
 ]
}
"""
SPOILT = (
    ('"chart": "models",', '"chart": "models"', "expected|near", 5),
    ('"chart": "models",', '"chart": models,', "invalid token|near", None),
    ('"question"', '"questoin"', "did you mean question", None),
    ('"name": "own"', '"name": "other"', "the file", None),
    ('"chart": "models"', '"chart": "pie"', 'no chart "pie"', None),
    ('"chart": "models",', "", "chart.* is missing", 1),
    ('"question": "Is this file read?"', '"question": 3', "a text", None),
    ('"min": 1', '"min": 3', "min, 3, is above max, 2", None),
    ('"max": 2', '"max": "2"', "whole number", None),
    ('"workload": "sleepers"', '"workload": "sleeper"', "mean sleepers", None),
    ('"tasks": 10', '"tasks": 0', "whole number from 1", None),
    ('"sleepers.sleep_us": 1000', '"sleepers.sleep": 1', "no parameter", None),
    ('"sleepers.sleep_us": 1000', '"sleepers.sleep_us": 1.5', "whole", None),
    ('"sleepers.sleep_us": 1000', '"sleepers.rounds": 0', "between", None),
    ('    "threads",', '    "thread",', "did you mean threads", None),
    ('    "threads",', '    {"label": "x"},', '"model" is missing', None),
    ('"workers": 2', '"wrkers": 2', "did you mean workers", None),
    ('"workers": 2', '"workers": "all"', '"cores" or "tasks"', None),
    ('"label": "large pool"', '"label": "thread_pool"', "label", 11),
    ('"baseline": "threads"', '"baseline": "fork"', 'no baseline "fork"', None),
    ('"baseline": "threads",', "", "baseline.* is missing", 7),
    ('"tasks": [10, 20]', '"tasks": []', "list of 1", None),
    ('"tasks": [10, 20]', '"tasks": [20, 10]', "rising", None),
    ('"tasks": [10, 20]', '"workers": "many"', "list of numbers", None),
    ('"sweep": {"tasks": [10, 20]}', '"sweep": {}', "over workers", None),
)


def mistakes():
    with Case("mistakes") as case:
        for typed, named in MISTAKES:
            case.what = f"heddle {typed}"
            outcome = case.run(*typed.split())
            case.check_complaint(outcome, USAGE, named)
            case.check(outcome.out == "", f"it prints {outcome.out!r}")
        case.check(os.listdir(case.work) == [], "a mistake has made files")


def experiments():
    with Case("experiments") as case:
        path = os.path.join(case.work, "own.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(EXPERIMENT)
        outcome = case.run("bench", "own.json", "--dry-run")
        case.check(outcome.status == 0, f"the good one: {outcome}")
        for old, new, named, line in SPOILT:
            case.what = f"an experiment with {new or 'no ' + old}"
            text = EXPERIMENT.replace(old, new, 1)
            case.check(text != EXPERIMENT, "it is not spoilt")
            line = line or EXPERIMENT[:EXPERIMENT.index(old)].count("\n") + 1
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            outcome = case.run("bench", "own.json")
            case.check_complaint(outcome, USAGE, rf"own\.json:{line}: .*",
                                 named)
            case.check(outcome.out == "", f"it prints {outcome.out!r}")


def help_on_everything():
    with Case("help") as case:
        for arguments in (["--help"], ["help"], ["--version"],
                          *([name, "--help"] for name in COMMANDS)):
            outcome = case.run(*arguments)
            case.check(outcome.status == 0 and outcome.out
                       and outcome.err == "", f"{arguments}: {outcome}")
        told = re.findall(r"^  (\w+) ", case.run("--help").out, re.MULTILINE)
        case.check(tuple(told) == COMMANDS, f"--help names {told}")
        outcome = case.run()
        case.check(outcome.status == USAGE and outcome.out == ""
                   and outcome.err.startswith("usage: "), f"{outcome}")


def check_parameters(case, owner):
    for parameter in owner["parameters"]:
        keys = {"name", "meaning", "default"}
        keys |= ({"choices"} if "choices" in parameter
                 else {"unit", "min", "max"})
        case.check(keys == parameter.keys(), f"{owner['name']}: {parameter}")
        if "min" in parameter:
            case.check(parameter["min"] <= parameter["default"]
                       <= parameter["max"], f"{owner['name']}: {parameter}")


def catalogue():
    with Case("heddle list --json") as case:
        found = json.loads(case.run("list", "--json").out)
        case.check(list(found) == ["models", "cpythons", "workloads",
                                   "experiments"],
                   f"{list(found)}")
        cpythons = found.pop("cpythons")
        for entry in (entry for kind in found.values() for entry in kind):
            case.check(entry.get("name") and entry.get("summary"), f"{entry}")
        for owner in found["models"] + found["workloads"]:
            check_parameters(case, owner)
        for workload in found["workloads"]:
            case.check(workload["kind"] in ("cpu", "io", "mixed"),
                       f"{workload['name']}: {workload['kind']}")
        text = case.run("list").out
        for entry in (entry for kind in found.values() for entry in kind):
            case.check(re.search(rf"^  {entry['name']} ", text, re.MULTILINE),
                       f"`heddle list` lacks {entry['name']}")
        for name in (name for one in cpythons for name in one["models"]):
            case.check(re.search(rf"\b{name}\b", text),
                       f"`heddle list` lacks {name}")


def manual():
    with Case("heddle man") as case:
        text = case.run("man").out
        told = re.findall(r"^\.SS heddle (\w+)", text, re.MULTILINE)
        case.check(tuple(told) == COMMANDS, f"it tells about {told}")
        page = os.path.join(case.folder, "heddle.1")
        with open(page, "w", encoding="utf-8") as file:
            file.write(text)
        for tool in (["groff", "-man", "-Tutf8", "-ww", "-z", page],
                     ["man", "--warnings", "-E", "UTF-8", "-l", page],
                     ["mandoc", "-T", "lint", "-W", "error", page]):
            if shutil.which(tool[0]) is None:
                continue
            done = subprocess.run(tool, capture_output=True, text=True,
                                  check=False,
                                  env={**os.environ, "MANPAGER": "cat"})
            case.check(done.returncode == 0 and done.stderr == "",
                       f"{tool[0]}: {done.returncode} {done.stderr}")


def doctor():
    """What it says of a machine of which nothing is known."""
    with Case("heddle doctor --json") as case:
        outcome = case.run("doctor", "--json",
                           env={"HEDDLE_ROOT": case.folder})
        found = json.loads(outcome.out)
        case.check(set(found) == {"advice", "environment", "limits",
                                  "noise_grade", "noise_reason",
                                  "steal_ratio"}, f"{list(found)}")
        case.check(found["environment"]["kernel"] is None
                   and found["environment"]["kernel_missing"],
                   "it looked at another machine")
        case.check(outcome.err.startswith("heddle: HEDDLE_ROOT is set"),
                   f"it does not say whose machine that is: {outcome.err}")
        text = case.run("doctor").out
        for word in ("Noise grade", "Limits", "Tools", "perf, hardware"):
            case.check(word in text, f"`heddle doctor` lacks {word}")


def many_tasks():
    """A task takes the memory that `heddle list` says, and nothing else grows
    with their number; too many are refused before the machine is full."""
    few, many = 20000, 120000
    with Case("memory of many tasks") as case:
        listed = json.loads(case.run("list", "--json").out)["workloads"]
        said = {w["name"]: w["task_bytes"] for w in listed}
        for workload in ("empty", "mixed"):
            for model in ("sequential", "process_pool"):
                peaks = [json.loads(case.run(
                    "once", "--model", model, "--workload", workload, "--tasks",
                    str(n), "--set", "mixed.compute=0", "--set",
                    "mixed.wait_us=0", "--json").out)["peak_rss_bytes"]
                    for n in (few, many)]
                grown = (peaks[1] - peaks[0]) / (many - few)
                case.check(heddle.sanitized or abs(grown - said[workload]) < 4,
                           f"{model}, {workload}: {grown} B a task, "
                           f"{said[workload]} said")
        for words in ("--json", "--reference"):
            outcome = case.run("once", "--model", "sequential", "--workload",
                               "empty", "--tasks", str(1 << 40), words)
            case.check(outcome.status == 4 and
                       "there is room for --tasks" in
                       outcome.out + outcome.err, outcome)


def counters():
    """They are there if they are asked for; what this machine does not count
    is null."""
    with Case("heddle once --counters") as case:
        plain = json.loads(case.run(*EMPTY.split(), "--json").out)
        case.check("counters" not in plain, "nobody asked for counters")
        case.check(plain["minor_faults"] >= 0 and plain["major_faults"] >= 0,
                   "no faults are told")
        counted = json.loads(case.run(*EMPTY.split(), "--json",
                                      "--counters").out)["counters"]
        shares = counted.pop("per_task")
        reasons = {name for name in counted if name.endswith("_missing")}
        case.check(set(counted) - reasons == set(shares) ==
                   {"task_clock_ns", "context_switches", "cpu_migrations",
                    "page_faults", "cycles", "instructions", "cache_misses"},
                   f"{list(counted)}")
        for name, share in shares.items():
            case.check((share is None) == (counted[name] is None) ==
                       (f"{name}_missing" in reasons), f"{name}: {counted}")
        shown = case.run("show", os.path.join(CORPUS, "latency.json"),
                         "--counters", "--no-charts").out
        case.check(re.search("arrive/threads/2000 +89.5 +2.05", shown) and
                   "No instructions: not counted." in shown, shown)
        facts = json.loads(case.run("doctor", "--json").out)["environment"]
        case.check((counted["page_faults"] is not None)
                   == (facts["perf_software"] == "available"),
                   f"{counted} but perf is {facts['perf_software']}")


def read_terminal(fd):
    """What was written there until nobody can any more."""
    text = b""
    while True:
        try:
            piece = os.read(fd, 4096)
        except OSError:  # Linux says EIO at the end
            piece = b""
        if not piece:
            return text.decode()
        text += piece


def terminal():
    """A line that is drawn again while runs take longer than a second; in a
    file there is none of it."""
    typed = ("run", "--model", "threads,fork", "--workload", "sleepers",
             "--tasks", "2", "--blocks", "1", "--no-charts")
    slowly = ("--set", "sleepers.sleep_us=1300000", "--out", "slow")
    with Case("progress on a terminal") as case:
        ours, theirs = os.openpty()
        with subprocess.Popen([case.program, *typed, *slowly], cwd=case.work,
                              stdin=subprocess.DEVNULL, stderr=theirs,
                              stdout=subprocess.DEVNULL,
                              env={**os.environ, "TERM": "xterm"}) as process:
            os.close(theirs)
            told = read_terminal(ours)
        os.close(ours)
        case.check(process.returncode == 0, f"status {process.returncode}")
        for named in (r"\r\033\[Krun: warm-up, at most [\d.]+ s left",
                      r"\r\033\[Krun: block 1 of 1, at most",
                      "Noise grade [A-D] so far"):
            case.check(re.search(named, told), f"no {named!r} in {told!r}")
        outcome = case.run(*typed, "--out", "quick")
        case.check("\033" not in outcome.err and "\r" not in outcome.err
                   and "left" not in outcome.err, f"{outcome}")


def full_output():
    """What was asked for and could not be written is no success."""
    with Case("a full standard output") as case:
        for typed in ("list", "list --json", "man", "--help", "--version",
                      "list --help", "demo", f"{EMPTY} --json",
                      f"{EMPTY} --reference", f"{EMPTY} --reference --json"):
            case.what = f"heddle {typed} > /dev/full"
            outcome = case.run(*typed.split(), stdout="/dev/full")
            case.check_complaint(outcome._replace(out=""), 4, "output")


mistakes()
experiments()
help_on_everything()
catalogue()
manual()
doctor()
counters()
many_tasks()
terminal()
full_output()
heddle.finish()
