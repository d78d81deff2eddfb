# SPDX-License-Identifier: MIT
"""Runs every command of docs/files.md on a real session, and looks at what it
says. Called as `python3 test_one_liners.py PATH_OF_HEDDLE jq|pandas`.

Exit status: 0 well, 1 not, 77 the tool is not installed.
"""
import collections
import json
import os
import re
import shutil
import statistics
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "trouble"))
import heddle
from heddle import Case

# Two models, two numbers of workers: small, and a sweep.
SESSION = ("run", "--model", "sequential,thread_pool", "--workload", "empty",
           "--tasks", 10, "--workers", "1,2", "--blocks", 6, "--no-charts",
           "--out", "session")


def blocks(language):
    with open(os.path.join(ROOT, "docs", "files.md"), encoding="utf-8") as file:
        return re.findall(rf"^```{language}\n(.*?)^```$", file.read(),
                          re.MULTILINE | re.DOTALL)


def execute(case, arguments):
    """What it prints; None after a failure."""
    path = f"{case.folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(arguments, cwd=os.path.join(case.work, "session"),
                          env={**os.environ, "PATH": path}, check=False,
                          capture_output=True, text=True)
    well = case.check(done.returncode == 0 and done.stderr == "",
                      f"exit {done.returncode}: {arguments[-1]}{done.stderr}")
    return done.stdout if well else None


def load(case, name):
    with open(os.path.join(case.work, "session", name),
              encoding="utf-8") as file:
        return json.load(file)


def medians(result):
    times = collections.defaultdict(list)
    for run in result["runs"]:
        times[run["configuration"]].append(run["run_ns"])
    return {name: statistics.median(values) for name, values in times.items()}


# ---- What the commands say, found by what is in them ----


def check_runs(case, result, said):
    wanted = [f"{r['configuration']}\t{r['block']}\t{r['run_ns']}"
              for r in result["runs"]]
    case.check(said.splitlines() == wanted, f"other runs: {said}")


def check_estimates(case, result, said):
    found = dict(line.split("\t")[:2] for line in said.splitlines())
    for name, median in medians(result).items():
        case.check(abs(float(found[name]) * 1e6 / median - 1) < 1e-8,
                   f"{name}: {found[name]} ms, not {median} ns")


def check_verdicts(case, result, said):
    case.check(len(said.splitlines()) == len(result["comparisons"]), said)


def check_journal(case, result, said):
    case.check(len(said.splitlines()) == len(result["runs"]), said)


def check_describe(case, result, said):
    case.check(all(name in said for name in medians(result)), said)


def check_ratios(case, result, said):
    found = {line.split()[0]: line.split()[1:] for line in said.splitlines()}
    for comparison in result["comparisons"]:
        median, ratio = found[comparison["configuration"]]
        case.check(float(ratio) == comparison["ratio"] and float(median) > 0,
                   f"{comparison['configuration']}: {median}, {ratio}")


def check_table(case, result, said):
    rows = [line.split("\t") for line in said.splitlines()]
    case.check(rows[0] == ["configuration", "block", "status", "run_ns"]
               and len(rows) == 5, f"other columns: {said}")
    case.check(rows[1][3] == str(result["runs"][0]["run_ns"]), said)


SAID = (
    (".configuration, .block, .run_ns", check_runs),
    ('select(.quantity == "run_ns")', check_estimates),
    (".comparisons[]", check_verdicts),
    (".configuration, .block, .wall_ns", check_journal),
    ("describe()", check_describe),
    ('comparison["baseline"]', check_ratios),
    ("--tsv", check_table),
)


# ---- hyperfine's scripts: stand-ins that read what those of 1.20 read ----


def whisker(results):
    labels = [entry["command"] for entry in results]
    times = [entry["times"] for entry in results]
    middles = [entry["median"] for entry in results]
    for label, values, middle in zip(labels, times, middles):
        assert label and values and min(values) <= middle <= max(values)


def histogram(results):
    every = [entry["times"] for entry in results]
    assert 0 < min(map(min, every)) <= max(map(max, every))


def progression(results):
    for entry in results:
        assert entry["command"] and len(entry["times"]) > 0


def advanced(results):
    for entry in results:
        values = sorted(entry["times"])
        assert statistics.stdev(values) >= 0 and entry["command"]


def welch(results):
    assert len(results) == 2
    _, _ = (entry["command"] for entry in results)
    for values in (entry["times"] for entry in results):
        assert statistics.variance(values) >= 0


def parametrized(results):
    names = set()
    for entry in results:
        [(name, value)] = entry["parameters"].items()
        names.add(name)
        assert float(value) > 0 and entry["mean"] > 0 and entry["stddev"] >= 0
    assert len(names) == 1


def check_scripts(case, said):
    whole = load(case, "hyperfine.json")
    for script in whisker, histogram, progression, advanced:
        script(whole["results"])
    pair, sweep = [json.loads(said[key])["results"] for key in (".[:2]", "last")]
    welch(pair)
    parametrized(sweep)
    case.check(len(sweep) == 2, f"{len(sweep)} of a sweep of two")


def run_blocks(case, language, arguments):
    result, said = load(case, "result.json"), {}
    for block in blocks(language):
        out = execute(case, [*arguments, block])
        if out is None:
            continue
        for part, check in SAID:
            if part in block:
                check(case, result, out)
        said.update({key: out for key in (".[:2]", "last") if key in block})
    return said


def pandas_python():
    """A python3 that has pandas; None: there is none."""
    for path in sys.executable, shutil.which("python3"), "/usr/bin/python3":
        if path and os.path.exists(path) and subprocess.run(
                [path, "-c", "import pandas"], check=False,
                stderr=subprocess.DEVNULL).returncode == 0:
            return path
    return None


def main():
    tool = sys.argv[2]
    python = pandas_python() if tool == "pandas" else None
    if shutil.which("jq") is None if tool == "jq" else python is None:
        print(f"SKIPPED the one-liners of docs/files.md: no {tool} here")
        sys.exit(heddle.SKIPPED)
    with Case(f"docs/files.md with {tool}") as case:
        outcome = case.run(*SESSION)
        case.check(outcome.status == 0, f"{outcome}")
        if tool == "jq":
            case.check(len(blocks("sh")) >= 12, "blocks are lost")
            check_scripts(case, run_blocks(case, "sh", ["sh", "-euc"]))
        else:
            case.check(len(blocks("python")) >= 4, "blocks are lost")
            run_blocks(case, "python", [python, "-c"])
    heddle.finish()


main()
