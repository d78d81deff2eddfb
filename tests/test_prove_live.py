# SPDX-License-Identifier: MIT
"""test_prove_live.py HEDDLE: scripts/prove-live counts rightly, continues a
file that was cut off, refuses what it cannot continue, leaves nothing behind."""
import contextlib
import importlib.util
import io
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.machinery import SourceFileLoader

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPT = os.path.join(ROOT, "scripts/prove-live")
HEDDLE = os.path.abspath(sys.argv[1])
PATIENCE_S = 120


def load():
    loader = SourceFileLoader("prove_live", SCRIPT)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("prove_live", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def near(value, wanted, tolerance=1e-9):
    assert abs(value - wanted) <= tolerance, f"{value}, not {wanted}"


def check_statistics(prove):
    """Against closed forms, and against R's t.test(extra ~ group, sleep)."""
    for x in (.001, .2, .5, .97):
        near(prove.beta_share(.5, .5, x), 2 / math.pi * math.asin(x ** .5))
        near(prove.beta_share(7, 1, x), x ** 7)
        near(prove.beta_share(1, 40, x), 1 - (1 - x) ** 40)
    near(prove.beta_share(3, 2, .4), .4 ** 4 + 4 * .4 ** 3 * .6)
    low, high = prove.binomial(0, 10)
    near(low, 0)
    near(high, 1 - .025 ** .1)
    low, high = prove.binomial(10, 10)
    near(low, .025 ** .1)
    near(high, 1)
    sleep = ([.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2],
             [1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    ratio, low, high, p = prove.welch(*sleep)
    near(ratio, 2.33 / .75)
    near(.75 * (low - 1), -.2054832, 1e-7)
    near(.75 * (high - 1), 3.3654832, 1e-7)
    near(p, .07939414, 1e-8)
    x, y = prove.printed([4, 6], [9, 11])
    near(x, 2)
    near(y, 2 * math.hypot(2 ** .5 / 5, 2 ** .5 / 10))


def made_up(same, slower, eight):
    """A trial with a session that says so, and times that differ by 10 %."""
    def verdict(word, ratio):
        return {"verdict": word, "ratio": ratio, "low_ratio": ratio - .01,
                "high_ratio": ratio + .01}
    times = [1000 + i for i in range(20)]
    return {"started_utc": "2026-01-01T00:00:00Z", "session_first": True,
            "session": {"same": verdict(same, 1.02 if same == "slower" else 1),
                        "slower": verdict(slower, 1.05), "seed": 1,
                        "work_share_ratio": .9, "noise_grade": "B",
                        "steal_ratio": 0},
            "hyperfine_ns": [times, [1.1 * t for t in times],
                             [.9 * t for t in times]],
            "eight": {"comparisons": 7, "claims": eight}}


def check_report(prove, work):
    path = os.path.join(work, "made-up.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        prove.write_line(file, {"about": {"machine": "nowhere", "program": "p",
                                          "hyperfine": "h", "digest": ""}})
        for i in range(100):
            prove.write_line(file, made_up(
                "slower" if i < 5 else "same",
                "slower" if i < 89 else "cannot tell", i < 2))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        met = prove.report(path)
    lines = [[cell.strip() for cell in line.split("|")]
             for line in said.getvalue().splitlines() if line[:1] == "|"][2:]
    figures = [[cell.split(":")[0] for cell in line[2:6]] for line in lines]
    assert figures == [["5 of 100", "100 of 100", "100 of 100", "100 of 100"],
                       ["89 of 100", "0 of 100", "0 of 100", "0 of 100"],
                       ["95 of 100", "0 of 100", "", ""],
                       ["100 of 100", "0 of 100", "", ""],
                       ["±0.95 %", figures[4][1], "", ""],
                       ["2 of 100", "", "", ""]], figures
    with open(path, "a", encoding="utf-8") as file:
        file.write('{"session": {}}\n')
    assert "is damaged: KeyError" in check_complaint("--report", path)
    words = [line[-2] for line in lines]
    assert words == ["met", "**missed**", "met", "met", "", "met"], words
    assert met is False


def run(*arguments, **how):
    return subprocess.run([sys.executable, SCRIPT, "--heddle", HEDDLE,
                           *arguments], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **how)


def check_complaint(*arguments, **how):
    outcome = run(*arguments, **how)
    assert outcome.returncode == 1, outcome
    assert outcome.stdout == "", outcome
    assert outcome.stderr.startswith("prove-live: ") and \
        outcome.stderr.count("\n") == 1, outcome
    return outcome.stderr


def check_course(prove, path):
    """One real trial, a line that was cut off, and a second one."""
    outcome = run("--trials", "1", "--out", path)
    assert outcome.stdout.startswith("1 trials, "), outcome
    with open(path, "a", encoding="utf-8") as file:
        file.write('{"started_utc": "2026')
    outcome = run("--trials", "2", "--out", path)
    assert outcome.stdout.startswith("2 trials, "), outcome
    about, trials = prove.read(path)
    assert len(trials) == 2
    for trial in trials:
        assert [len(times) for times in trial["hyperfine_ns"]] == [20] * 3
        assert trial["eight"]["comparisons"] == 7
        assert .5 < trial["session"]["work_share_ratio"] <= 1
    assert outcome.stdout == run("--report", path).stdout
    with open(path, encoding="utf-8") as file:
        rest = file.readlines()[1:]
    about["digest"] = "another"
    with open(path, "w", encoding="utf-8") as file:
        prove.write_line(file, {"about": about})
        file.writelines(rest)
    assert "another program" in check_complaint("--trials", "3", "--out", path)


def check_interrupt(work):
    """Ctrl-C while a session runs: what is done stays, the rest goes."""
    temporary, path = os.path.join(work, "tmp"), os.path.join(work, "cut")
    os.mkdir(temporary)
    process = subprocess.Popen(
        [SCRIPT, "--heddle", HEDDLE, "--trials", "1000", "--out", path],
        env={**os.environ, "TMPDIR": temporary}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    ends = time.monotonic() + PATIENCE_S
    while not any(os.scandir(temporary)) and time.monotonic() < ends:
        time.sleep(.01)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, (process.returncode, said)
    assert "interrupted" in said and "Traceback" not in said, said
    assert not os.listdir(temporary), os.listdir(temporary)


def main():
    prove = load()
    with tempfile.TemporaryDirectory() as work:
        check_statistics(prove)
        check_report(prove, work)
        assert "no such program" in check_complaint("--heddle", "/nowhere")
        assert "no file of trials" in check_complaint("--report", HEDDLE)
        assert "at least 1" in check_complaint("--trials", "0")
        assert "hyperfine is not installed" in check_complaint(
            env={"PATH": work})
        if shutil.which("hyperfine") is None:
            print("SKIP: no hyperfine, hence no trials")
            return
        assert "made-up.ndjson" in check_complaint(
            "--out", os.path.join(work, "made-up.ndjson", "x"))
        check_course(prove, os.path.join(work, "trials.ndjson"))
        check_interrupt(work)


main()
