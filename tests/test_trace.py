# SPDX-License-Identifier: MIT
"""`heddle trace` as a user meets it: the JSON opens in viewers (strictly nested
spans on every track, none outside of the run), what was lost is told, and
mistakes cost a line.

Called as `python3 test_trace.py PATH_OF_HEDDLE`.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

HEDDLE = os.path.abspath(sys.argv[1])
SHORT = ("--workload countdown --tasks 6 --set countdown.steps=300000 "
         "--set countdown.grain=2000 --set gil.interval_us=200 --blocks 1")
COUNTDOWN = SHORT.replace("300000", "1500000")
ECHO = ("--workload echo --tasks 6 --set echo.rounds=3 "
        "--set echo.delay_us=200 --blocks 1")


def heddle(arguments, wanted=0, **more):
    done = subprocess.run([HEDDLE] + arguments.split(), text=True,
                          capture_output=True, timeout=100, check=False, **more)
    assert done.returncode == wanted, (arguments, done)
    return done.stdout, done.stderr


def ns(microseconds):
    return round(microseconds * 1000)


def check_track(spans, run_ns):
    """Each begins where the one around it has begun and ends before it."""
    around = []
    for span in sorted(spans, key=lambda s: (ns(s["ts"]), -ns(s["dur"]))):
        begin, end = ns(span["ts"]), ns(span["ts"]) + ns(span["dur"])
        assert 0 <= begin < end <= run_ns, span
        while around and around[-1] <= begin:
            around.pop()
        assert not around or end <= around[-1], (span, around)
        around.append(end)
        assert len(around) <= 2, span


def check_json(text, tasks_are_spans):
    trace = json.loads(text)
    events = trace["traceEvents"]
    about = trace["otherData"]
    tracks = {}
    for event in events:
        assert event["ph"] in "MXi" and event["pid"] == 1, event
        if event["ph"] == "X":
            tracks.setdefault(event["tid"], []).append(event)
    for spans in tracks.values():
        check_track(spans, about["run_ns"])
    names = {e["tid"]: e["args"]["name"] for e in events
             if e["name"] == "thread_name"}
    assert set(tracks) <= set(names), names
    tasks = [e["args"]["task"] for e in events if e.get("cat") == "task"]
    if tasks_are_spans:
        assert sorted(tasks) == list(range(about["tasks"])), tasks
    assert about["trace_lost"] == 0 and about["known_from_ns"] == 0, about
    return events


def check_models():
    for model, work, whole in (
            ("sequential", ECHO, True), ("fork", ECHO, True),
            ("threads", SHORT, True), ("thread_pool", ECHO, True),
            ("event_loop", ECHO, False), ("gil", COUNTDOWN, True)):
        out, err = heddle(f"trace --model {model} {work} -o -")
        events = check_json(out, whole)
        assert model != "event_loop" or not any(
            e.get("cat") == "task" for e in events), "tasks overlap"
        assert re.search(r"^worker 0 +\d", err, re.M), err
        assert ", none lost" in err and "with the trace off" in err, err
        assert model != "gil" or re.search(r"^GIL +[\dn]", err, re.M), err


def check_files():
    path = os.path.join(tempfile.mkdtemp(), "it's a trace.json")
    done = subprocess.run([HEDDLE, "trace", "--model", "gil"] +
                          COUNTDOWN.split() + ["--out", path],
                          capture_output=True, text=True, check=True)
    assert f"{path}: open it in" in done.stdout and done.stderr == "", done
    check_json(open(path).read(), True)
    assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)]
    heddle(f"trace --model gil {SHORT} -o /dev/null")
    assert not os.path.isfile("/dev/null")
    _, err = heddle(f"trace --model gil {SHORT} -o /nowhere/x", 4)
    assert "/nowhere/x: No such file" in err, err


def check_letters():
    out, _ = heddle(f"trace --model gil --workers 2 {COUNTDOWN}")
    lanes = re.findall(r"^ +(\d+) \|(.{66})\|$", out, re.M)
    assert [lane for lane, _ in lanes] == ["0", "1"], out
    assert any("#" in columns for _, columns in lanes), out
    # Without gnuplot the timeline is told in letters, and that it is missing.
    out, err = heddle(f"trace --model gil --workers 2 {COUNTDOWN} "
                      "--timeline x.svg", 4, env={"PATH": "/nowhere"})
    assert "gnuplot is not installed" in err and " |" in err, err


def check_lost():
    out, _ = heddle(f"trace --model gil {COUNTDOWN} --events 8")
    cure = re.search(r"oldest (\d+) were overwritten.*--events (\d+) would",
                     out, re.S)
    assert cure, out
    _, err = heddle(f"trace --model gil {COUNTDOWN} --events 8 --from-ms 0", 2)
    assert re.search("what was before [0-9.]+ ms has been overwritten", err)
    # Many at a time: who has no ring is counted, nothing fails.
    out, _ = heddle("trace --model threads --workload sleepers --tasks 300 "
                    "--set sleepers.sleep_us=200000 --set "
                    "sleepers.jitter_us=0 --set sleepers.rounds=1 --blocks 1")
    assert re.search("[1-9][0-9]* workers more than 256 at a time", out), out


def check_metrics():
    # A busy machine may let one thread finish before the other begins.
    for steps in (1500000, 6000000, 24000000, 96000000):
        out, _ = heddle("once --model gil --workers 2 --trace --json " +
                        SHORT.replace("300000", str(steps)).replace(
                            "--blocks 1", ""))
        metrics = json.loads(out)["metrics"]
        if metrics["slices"] > 2:
            break
    assert metrics["trace_lost"] == 0 and metrics["trace_events"] > 10
    assert metrics["slices"] > 2 and metrics["handovers_per_s"] > 0
    quantiles = [metrics[f"slice_p{p}_ns"] for p in (5, 25, 50, 75, 95)]
    assert quantiles == sorted(quantiles) and quantiles[0] > 0, quantiles
    out, _ = heddle("once --model threads --trace --json --workload countdown")
    assert "slices" not in json.loads(out)["metrics"], out


def check_session():
    """An experiment may ask for traces; its session says so and is read."""
    os.chdir(tempfile.mkdtemp())
    with open("own.json", "w", encoding="utf-8") as out:
        json.dump({"name": "own", "question": "Who holds it?",
                   "chart": "models", "trace": True, "panels": [{
                       "workload": "countdown", "tasks": 4,
                       "set": {"countdown.steps": 1000},
                       "models": ["gil", "sequential"],
                       "baseline": "sequential"}]}, out)
    heddle("bench own.json --blocks 1 --no-charts --out session")
    with open("session/result.json", encoding="utf-8") as file:
        result = json.load(file)
    assert result["plan"]["experiments"][0]["trace"] is True
    assert all(run["metrics"]["trace_events"] > 0 for run in result["runs"])
    heddle("show session --no-charts")


def check_mistakes():
    for arguments, complaint in (
            ("", "give --model and --workload"),
            ("--model gil --workload countdown --timeline x.pdf",
             "must end with .svg or .png"),
            ("--model gil --workload countdown --zoom handover",
             "needs --timeline"),
            ("--model gil --workload countdown --zoom x --timeline x.svg",
             "must be handover"),
            ("--model gil --workload countdown --events 99999999",
             "at most 67108864"),
            (f"--model gil {SHORT} --from-ms x", "must be milliseconds"),
            (f"--model gil {SHORT} --length-ms 0", "must be milliseconds"),
            (f"--model gil {SHORT} --from-ms 99999", "was over after"),
            ("--model gil --workload countdown -o", "needs a value")):
        _, err = heddle(f"trace {arguments}", 2)
        assert complaint in err and err.count("\n") == 1, (arguments, err)
    _, err = heddle("once --model gil --workload countdown -o x", 2)
    assert "is no option" in err, err


for check in (check_mistakes, check_models, check_files, check_letters,
              check_lost, check_metrics, check_session):
    check()
    print(f"{check.__name__}: ok")
