# SPDX-License-Identifier: MIT
"""Files that are not what they should be: each costs one line that says where
and what, and the exit status of wrong usage. Sessions that hold little are
shown as far as they go, with the reason for what is not there.

Called as `python3 test_bad_sessions.py PATH_OF_HEDDLE [--sanitized]`.
"""
import copy
import json
import os
import re
import resource
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "trouble"))
import heddle
from heddle import Case

USAGE = 2
MEMORY_BYTES = 1 << 30
HERE = os.path.dirname(os.path.abspath(__file__))



def corpus(name):
    with open(os.path.join(HERE, f"fuzz/corpus/result/{name}.json"),
              encoding="utf-8") as file:
        return json.load(file)


# Two models and the twin of one, in seven blocks, of version 1.0.
GOOD = corpus("models")
# Requests; and two programs in one session: of version 1.1.
LATENCY = corpus("latency")
AGAINST = corpus("against")
GONE = object()

# Where a good session is spoilt, what stands there instead, what is said of it.
# The line must be that of the member, or of what holds it if it is gone.
SPOILT = (
    # What it is, and which version.
    ("tool", "hyperfine", "no result of heddle"),
    ("tool", GONE, "no result of heddle"),
    ("schema_version", "2.0", "version 2.0, this program reads 1: use"),
    ("schema_version", "0.9", "version 0.9"),
    ("schema_version", "1", 'like "1'),
    ("schema_version", "1.x", 'like "1'),
    ("schema_version", 1.0, 'like "1'),
    # Missing parts.
    ("session", GONE, '"session" is missing'),
    ("session", [], "must be an object"),
    ("session/seed", GONE, '"seed" is missing'),
    ("environment", None, "environment must be an object"),
    ("environment/cores_usable", 1 << 40, "cores_usable must be .* to 1048576"),
    ("plan", GONE, '"plan" is missing'),
    ("plan/experiments", {}, "experiments must be a list"),
    ("plan/experiments/0/chart", GONE, '"chart" is missing'),
    ("configurations", GONE, '"configurations" is missing'),
    ("configurations/1", 7, "must be an object"),
    ("configurations/1/digest", GONE, '"digest" is missing'),
    ("runs", GONE, '"runs" is missing'),
    ("runs", "none", "runs must be a list"),
    ("runs/3", None, "must be an object"),
    ("runs/3/run_ns", GONE, '"run_ns" is missing'),
    # Kinds: texts for numbers, numbers for texts.
    ("session/id", 5, "id must be a text"),
    ("session/complete", "yes", "complete must be true or false"),
    ("session/argv", "heddle", "argv must be a list"),
    ("runs/3/run_ns", "1000", "run_ns must be a whole number from 0"),
    ("runs/3/run_ns", 1000.5, "run_ns must be a whole number"),
    ("runs/3/run_ns", None, "run_ns must be a whole number"),
    ("runs/3/error", 3, "error must be a text"),
    ("runs/3/metrics", [], "metrics must be an object"),
    ("runs/3/metrics", {"process_ns": "1"}, "process_ns must be a number"),
    ("configurations/0/set", [], "set must be an object"),
    ("configurations/0/set", {"primes.numbers": 2.5}, "whole number or a text"),
    ("configurations/0/set", {"primes.apples": 2}, "no parameter apples"),
    ("configurations/0/pin", 0, "pin must be true or false"),
    # Bounds.
    ("session/duration_s", -1, "duration_s must be a number from 0"),
    ("session/duration_s", 1e300, "duration_s must be a number from 0"),
    ("session/steal_ratio", 1.5, "steal_ratio must be a number from 0 to 1"),
    ("session/started_utc", "yesterday", "like 2026-01-31T12:00:00Z"),
    ("session/noise_grade", "E", "A, B, C or D"),
    ("session/noise_grade", "AB", "A, B, C or D"),
    ("session/noise_reason", "x" * 200, "shorter than 128"),
    ("plan/target_ratio", 0, "target_ratio must be a number from"),
    ("plan/experiments/0/blocks", 4096, "blocks must be .* from 0 to 4095"),
    ("plan/experiments/0/blocks", -1, "blocks must be .* from 0 to 4095"),
    ("plan/experiments/0/panels", [], "panels must be a list of 1 to 2"),
    ("plan/experiments/0/panels", [{"title": ""}] * 3, "a list of 1 to 2"),
    ("configurations/0/panel", 1, "has no panel 1"),
    ("configurations/0/panel", 1 << 40, "panel must be .* from 0 to 3"),
    ("configurations/0/tasks", 0, "tasks must be a whole number from 1"),
    ("configurations/0/workers", 1 << 33, "workers must be .* to 100000"),
    ("configurations/0/label", "", "label must be a text"),
    ("configurations/0/label", "x" * 64, "shorter than 64"),
    ("configurations/0/digest", "0x12", "16 digits"),
    ("configurations/0/digest", "0x" + "g" * 16, "16 digits"),
    ("runs/3/run_ns", -1, "run_ns must be a whole number from 0"),
    ("runs/3/run_ns", (1 << 53) + 1, "to 9007199254740992"),
    ("runs/3/block", 7, "block must be below 7"),
    ("runs/3/block", 1 << 32, "block must be"),
    ("runs/3/block", (1 << 31) - 1, "block must be below 7"),
    ("runs/3/position", -1, "position must be"),
    ("runs/3/position", 1 << 31, "position must be"),
    ("runs/3/metrics", {"process_ns": 1e300}, "process_ns must be a number"),
    # Words that are none of ours, and what has another program.
    ("session/stop_reason", "bored", 'no stop_reason "bored"'),
    ("plan/experiments/0/stop_reason", "bored", 'no stop_reason "bored"'),
    ("plan/experiments/0/chart", "pie", 'no chart "pie"; there is models'),
    ("plan/experiments/0/sweep", "taks", "did you mean tasks"),
    ("runs/3/status", "fine", 'no status "fine"; there is ok'),
    ("configurations/0/model", "goblins", 'program has no model "goblins"'),
    ("configurations/0/workload", "prime", 'no workload "prime"'),
    # What does not fit together.
    ("plan/experiments/0/name", "other", 'no experiment "models-cpu"'),
    ("plan/experiments/0/name", "../../x", "name must have no slash"),
    ("plan/experiments/0/name", "..", "name must have no dot"),
    ("plan/experiments", GOOD["plan"]["experiments"] * 2, "two experiments"),
    ("configurations", GOOD["configurations"] * 2, "have the id"),
    ("configurations/0/id", "models-cpu/fork", 'id must be "models-cpu/seq'),
    ("configurations/0/label", "fork", 'id must be "models-cpu/fork"'),
    ("configurations/2/workload", "empty", "one workload"),
    ("configurations/2/twin", True, "a twin must be a baseline"),
    ("configurations", GOOD["configurations"][:2], "no configuration"),
    ("configurations", [], "no configuration"),
    ("runs/3/configuration", "models-cpu/fork", "no configuration"),
    ("runs/3", GOOD["runs"][2], "the run of block 0 is there twice"),
    ("runs/3/status", "failed", 'error must say why the status is "failed"'),
    ("runs/3/error", "but why?", "error must be null"),
    # Texts that would not stay on their line.
    ("configurations/0/label", "a\nb", "control characters"),
    ("configurations/0/refused", "\x1b[2J", "control characters"),
    ("configurations/0/model", "a\nb", "control characters"),
    ("plan/experiments/0/question", "?\x7f", "control characters"),
)

# The same for what version 1.1 brought.
SPOILT_LATENCY = (
    # Names that are none: what may be missing must not be misspelt.
    ("apples", 1, 'no field "apples"'),
    ("session/calibraton", None, "did you mean calibration"),
    ("session/reruns/causes/boredom", 1, 'no field "boredom"'),
    ("plan/apples", 1, 'no field "apples"'),
    ("plan/experiments/0/panels/0/apples", 1, 'no field "apples"'),
    ("configurations/0/counters/wheels", 1, 'no field "wheels"'),
    ("runs/1/noize", {}, "did you mean noise"),
    ("runs/1/partial", True, 'no field "partial"'),
    ("runs/1/metrics/latency/apples", 1, 'no field "apples"'),
    # Missing parts of what is there.
    ("session/calibration/cv_ratio", GONE, '"cv_ratio" is missing'),
    ("session/reruns/causes/heat", GONE, '"heat" is missing'),
    ("configurations/0/counters/cycles", GONE, '"cycles" is missing'),
    ("runs/1/noise/steal_ticks", GONE, '"steal_ticks" is missing'),
    ("runs/1/metrics/latency/looks", GONE, '"looks" is missing'),
    ("runs/1/metrics/latency/percentiles/0/service_ns", GONE,
     '"service_ns" is missing'),
    # Kinds.
    ("session/calibration", 5, "must be an object"),
    ("session/reruns", None, "must be an object"),
    ("session/build_id", 7, "build_id must be a text"),
    ("session/resumed_utc", {}, "resumed_utc must be a list"),
    ("session/resumed_utc", [7], "resumed_utc must be times like"),
    ("session/against", "heddle", "must be an object"),
    ("environment_after", [], "environment_after must be null or an object"),
    ("configurations/0/counters", [], "must be an object"),
    ("configurations/0/counters/cycles", "many", "cycles must be null or a"),
    ("configurations/0/counters/cycles_missing", 7, "must be a text"),
    ("configurations/0/longest_steps", "1", "longest_steps must be a whole"),
    ("configurations/0/program", 1, "program must be a text"),
    ("runs/1/minor_faults", "0", "minor_faults must be null or a whole"),
    ("runs/1/noise", 7, "must be an object"),
    ("runs/1/noise/clock_step_ns", 1.5, "clock_step_ns must be null or a"),
    ("runs/1/metrics/latency", 1.5, "must be an object"),
    ("runs/1/metrics/latency/percentiles", {}, "percentiles must be a list"),
    ("runs/1/metrics/latency/load_ratio", "1", "load_ratio must be a number"),
    # Bounds.
    ("session/calibration/median_ns", 0, "median_ns must be a number from 1"),
    ("session/calibration/cv_ratio", -1, "cv_ratio must be a number from 0"),
    ("session/reruns/causes/heat", -1, "heat must be a whole number from 0"),
    ("session/build_id", "", "build_id must be null or"),
    ("session/build_id", "xyz", "digits of 0-9a-f"),
    ("session/build_id", "0" * 65, "up to 64 digits"),
    ("session/resumed_utc", ["yesterday"], "like \"2026-01-31T12:00:00Z"),
    ("configurations/0/counters/cycles", -1, "cycles must be .* from 0"),
    ("runs/1/major_faults", -1, "major_faults must be .* from 0"),
    ("runs/1/noise/steal_ticks", -1, "steal_ticks must be .* from 0"),
    ("runs/1/noise/clock_step_ns", -(1 << 54), "clock_step_ns must be"),
    ("runs/1/metrics/latency/mean_ns", -1, "mean_ns must be .* from 0"),
    ("runs/1/metrics/latency/inflight_expected", 0, "inflight_expected must"),
    ("runs/1/metrics/latency/percentiles/0/share_ratio", 2, "from 0 to 1"),
    # Words that are none of ours, and what does not fit together.
    ("plan/experiments/0/sweep", "rate", 'no sweep "rate"'),
    ("configurations/0/program", "mine", "there is this, other"),
    ("configurations/0/program", "other", "against does not say which"),
    ("configurations/0/shortest_steps", 1 << 40, "not be above longest_steps"),
    ("session/reruns/count", 3, "count must be 0, the sum of the causes"),
    ("runs/1/metrics/latency/requests", 19, "must be 20, the tasks"),
    ("configurations/0/set/echo.arrivals", "none", "needs .* with arrivals"),
    # Texts that would not stay on their line.
    ("environment/cpu_model", "a\nb", "control characters"),
    ("environment_after/governor", "\x1b[2J", "control characters"),
)
SPOILT_AGAINST = (
    ("session/against", None, "against does not say which"),
    ("session/against/version", GONE, '"version" is missing'),
    ("session/against/apples", 1, 'no field "apples"'),
    ("session/against/path", "", "path must be a text"),
    ("session/against/path", "a\nb", "control characters"),
    ("session/against/build_id", "heddle", "digits of 0-9a-f"),
    ("configurations/0/baseline", True, "baseline must be false: against"),
    ("configurations/1/baseline", False, "baseline must be true: against"),
    ("configurations/1/program", "this", "baseline must be false"),
)

# The same as text: what is no JSON, or more than JSON needs.
TEXTS = (
    (b"", ":1: it is empty; the runs are in samples.ndjson"),
    (b"\n\n", ":3: it is cut off here; the runs are in samples.ndjson"),
    (b"hello\n", ":1: '\\[' or '{' expected near 'hello'"),
    (b"{\"tool\": \"heddle\",\n \"tool\": 1}", ":2: duplicate object key"),
    (b"{\"a\":\n 1e999}", ":2: real number overflow"),
    (b"{\"a\":\n 99999999999999999999}", ":2: too big integer"),
    (b"{\"a\":\n NaN}", ":2: invalid token"),
    (b"{\"a\":\n Infinity}", ":2: invalid token"),
    (b"{\"a\":\n \"\xc3", ":2: it is cut off here; the runs are in"),
    (b"{\"a\":\n tru", ":2: it is cut off here; the runs are in"),
    (b"{\"a\":\n \"\xff\"}", ":2: unable to decode byte 0xff"),
    (b"{\"a\":\n \"\\u0000\"}", ":2: a text holds a zero character"),
    (b"{\"a\": 1\0}", ":1: it holds a zero byte"),
    (b"{\"a\": \"\x1b\n\"}", ":1: control character 0x1b"),
    (b"\xef\xbb\xbf{}", ":1: "),
    (b"[" * 100000, ":1: maximum parsing depth"),
    (b"{} {}", ":1: end of file expected"),
    (b"[]", ":1: it is no result of heddle"),
    (b"{}", ":1: it is no result of heddle"),
)


def edited(path, value, good=GOOD):
    """A copy of a good session with another value, or none, at a path."""
    session = copy.deepcopy(good)
    steps = path.split("/")
    at = session
    for step in steps[:-1]:
        at = at[int(step)] if isinstance(at, list) else at[step]
    last = int(steps[-1]) if isinstance(at, list) else steps[-1]
    if value is GONE:
        del at[last]
    else:
        at[last] = value
    return session


def line_of(text, path):
    """Where a path is in a session that was written with an indent of 1: its
    last step that is there, and the steps before it."""
    lines = text.split("\n")
    number = 0
    for depth, step in enumerate(path.split("/"), 1):
        seen = -1
        for i in range(number + 1 if depth > 1 else 1, len(lines)):
            indent = len(lines[i]) - len(lines[i].lstrip())
            if indent < depth:
                return number + 1
            if indent > depth or lines[i].strip()[0] in "]}":
                continue
            seen += 1
            if (lines[i].strip().startswith(f'"{step}":')
                    or step == str(seen)):
                number = i
                break
        else:
            return number + 1
    return number + 1


def write(case, text):
    folder = os.path.join(case.work, "bad")
    os.makedirs(folder, exist_ok=True)
    if isinstance(text, str):
        text = text.encode()
    with open(os.path.join(folder, "result.json"), "wb") as file:
        file.write(text)


def refused(case, *patterns, what=("show", "bad"), **how):
    """It says so in one line, and leaves no files."""
    if not heddle.sanitized:
        how.setdefault("limits", [(resource.RLIMIT_AS, MEMORY_BYTES)])
    outcome = case.run(*what, "--no-charts", **how)
    case.check_complaint(outcome, USAGE, *patterns)
    case.check(outcome.out == "", f"it prints {outcome.out!r}")


# Complaints about what is only wrong beside another value are made at that.
ELSEWHERE = ("id must|no experiment|two|say why|not above|against does not|"
             "with arrivals|must be 20|baseline must be false$")


def spoilt(good, table):
    with Case("spoilt sessions") as case:
        for path, value, pattern in table:
            case.what = f"{path} = {'nothing' if value is GONE else value!r}"
            text = json.dumps(edited(path, value, good), indent=1)
            write(case, text)
            line = line_of(text, path)
            where = (r"\d+" if isinstance(value, (list, dict))
                     or re.search(ELSEWHERE, pattern) else line)
            refused(case, rf"heddle: bad/result\.json:{where}: ", pattern)
        case.check(os.listdir(case.work) == ["bad"], "other files were made")
        case.check(os.listdir(os.path.join(case.work, "bad")) ==
                   ["result.json"], "other files were made")


def accepted():
    """What others have added, and what may be missing, stops nobody."""
    with Case("names of others") as case:
        for path, value in (
                ("x-apples", 1), ("session/x-apples", []),
                ("plan/x-apples", None), ("configurations/0/x-apples", {}),
                ("runs/1/x-apples", "a\nb"), ("runs/1/noise/x-apples", 1),
                ("runs/1/metrics/latency/x-apples", 1),
                ("session/calibration", None), ("session/calibration", GONE),
                ("session/reruns", GONE), ("session/build_id", GONE),
                ("session/build_id", None), ("session/resumed_utc", GONE),
                ("session/against", GONE), ("environment_after", GONE),
                ("environment_after", None), ("runs/1/noise", GONE),
                ("configurations/0/counters", GONE),
                ("configurations/0/program", GONE),
                ("runs/1/minor_faults", GONE), ("runs/1/major_faults", None),
                ("runs/1/noise/clock_step_ns", -5)):
            case.what = f"{path} = {'nothing' if value is GONE else value!r}"
            write(case, json.dumps(edited(path, value, LATENCY)))
            outcome = case.run("show", "bad", "--no-charts")
            case.check(outcome.status == 0 and outcome.err.count("\n") <= 1
                       and "threads" in outcome.out, f"{outcome}")


def other_commands():
    """They read the same files, and say the same of them."""
    with Case("other commands") as case:
        case.what = "a good session"
        with open(os.path.join(case.work, "good.json"), "w",
                  encoding="utf-8") as file:
            json.dump(AGAINST, file)
        for text, pattern in (*TEXTS, *(
                (json.dumps(edited(path, value, AGAINST), indent=1), pattern)
                for path, value, pattern in SPOILT_AGAINST)):
            write(case, text)
            for what in (("export", "--csv", "bad"), ("export", "--md", "bad"),
                         ("compare", "bad", "good.json"),
                         ("compare", "--json", "good.json", "bad")):
                case.what = f"{' '.join(what)}, {pattern}"
                outcome = case.run(*what)
                case.check_complaint(outcome, USAGE,
                                     r"heddle: bad/result\.json", pattern)
                case.check(outcome.out == "", f"it prints {outcome.out!r}")
        for what in (("export", "--csv", "nowhere"),
                     ("compare", "nowhere", "good.json"),
                     ("compare", "good.json", "nowhere")):
            case.what = " ".join(what)
            case.check_complaint(
                case.run(*what), USAGE,
                "nowhere/result.json: .*; a session is named by its folder")
        case.what = "bench --resume bad"
        case.check_complaint(case.run(*case.what.split()), USAGE,
                             "there is no plan.json")


def texts():
    with Case("no JSON") as case:
        for text, pattern in TEXTS:
            case.what = f"a session of {text[:30]!r}"
            write(case, text)
            refused(case, r"heddle: bad/result\.json" + pattern)


def another_program():
    """Whoever wrote it may know better."""
    with Case("a later program's session") as case:
        session = edited("configurations/0/model", "goblins")
        session["session"]["tool_version"] = "9.9.9"
        write(case, json.dumps(session))
        refused(case, r"heddle 9\.9\.9 wrote it, this is ")
        session = edited("x-other", {"apples": [1]})
        session["schema_version"] = "1.99"
        session["pears_bytes"] = None
        session["runs"][0]["pears_ns"] = 5
        write(case, json.dumps(session))
        outcome = case.run("show", "bad", "--no-charts")
        case.check(outcome.status == 0, f"a newer minor version: {outcome}")


def make_places(case):
    """Names of things that are no file to read: what is said of each."""
    def path(*names):
        return os.path.join(case.work, *names)

    for name in ("empty-folder", "folder/result.json", "pipe", "device",
                 "loop", "large", "dangling"):
        os.makedirs(path(name))
    with open(path("file"), "wb"):
        pass
    os.mkfifo(path("pipe/result.json"))
    os.symlink("/dev/zero", path("device/result.json"))
    os.symlink("result.json", path("loop/result.json"))
    os.symlink("/nowhere", path("dangling/result.json"))
    with open(path("large/result.json"), "wb") as file:
        file.truncate(1 << 32)
    return {
        "nowhere": "No such file or directory; a session is named",
        "empty-folder": "No such file or directory; a session is named",
        "file": "file:1: it is empty",
        "file/below": "Not a directory; a session is named by its folder",
        "folder": "Is a directory",
        "pipe": "no regular file",
        "device": "no regular file",
        "loop": "Too many levels of symbolic links",
        "dangling": "No such file or directory",
        "large": "File too large",
        "x" * 5000: "File name too long",
        "a\nb": r"a\?b/result.json: .*No such file",
    }


def places():
    with Case("no files") as case:
        for name, pattern in make_places(case).items():
            case.what = f"show {name[:20]!r}"
            refused(case, pattern, what=("show", name))
            if name in ("a\nb", "file", "nowhere"):
                continue
            case.what = f"bench {name[:20]!r}/result.json"
            pattern = pattern.split(";")[0]
            refused(case, pattern, what=("bench", f"{name}/result.json"))
        shutil.rmtree(os.path.join(case.work, "large"))


def unreadable():
    if os.geteuid() != 0:
        return heddle.skip("unreadable files", "only root can be another user")
    user = 61000 + os.getpid() % 4000
    with Case("another user's session") as case:
        write(case, json.dumps(GOOD))
        os.chmod(os.path.join(case.work, "bad/result.json"), 0)
        refused(case, "Permission denied", user=user)
        os.chmod(os.path.join(case.work, "bad/result.json"), 0o644)
        os.chmod(os.path.join(case.work, "bad"), 0o755)
        outcome = case.run("show", "bad", "--no-charts", user=user)
        case.check(outcome.status == 0 and "sequential" in outcome.out
                   and "no charts: bad/data: Permission denied" in outcome.err,
                   f"it is not shown without charts: {outcome}")


def experiments():
    """The same care for files that people write themselves."""
    with Case("experiments of anything") as case:
        for text, pattern in TEXTS:
            if "no result" in pattern:
                continue
            case.what = f"an experiment of {text[:30]!r}"
            with open(os.path.join(case.work, "own.json"), "wb") as file:
                file.write(text)
            refused(case, r"heddle: own\.json" + pattern.split(";")[0],
                    what=("bench", "own.json"))


# ---- Sessions that are whole, and poor ----

def without_runs(session):
    session["runs"] = []
    session["plan"]["experiments"][0]["blocks"] = 0


def one_block(session):
    session["runs"] = [run for run in session["runs"] if run["block"] == 0]
    session["plan"]["experiments"][0]["blocks"] = 1


def all_failed(session):
    for run in session["runs"]:
        run.update(status="failed", error="forking: EAGAIN")


def zero_times(session):
    for run in session["runs"]:
        run.update(run_ns=0, user_ns=0, system_ns=0, wall_ns=0)


def one_zero_time(session):
    run = next(run for run in session["runs"]
               if run["configuration"] == "models-cpu/threads")
    run["run_ns"] = 0


def zero_cpu(session):
    for run in session["runs"]:
        if run["configuration"] == "models-cpu/threads":
            run.update(user_ns=0, system_ns=0)


def equal_times(session):
    for run in session["runs"]:
        run["run_ns"] = 1000


def largest_times(session):
    for run in session["runs"]:
        for name in ("run_ns", "startup_ns", "shutdown_ns", "user_ns",
                     "system_ns", "wall_ns"):
            run[name] = 1 << 53


def one_model_without_runs(session):
    session["runs"] = [run for run in session["runs"]
                       if run["configuration"] != "models-cpu/threads"]


def baseline_without_runs(session):
    session["runs"] = [run for run in session["runs"]
                       if "sequential" not in run["configuration"]]


def no_configurations(session):
    session["configurations"] = []
    session["runs"] = []


def no_experiments(session):
    no_configurations(session)
    session["plan"]["experiments"] = []


def broke_off(session):
    without_runs(session)
    session["session"].update(complete=False, stop_reason=None, noise_grade="",
                              noise_reason="")
    session["plan"]["experiments"][0]["stop_reason"] = None


def other_machine(session):
    session["environment"].update(cpu_model="Z80", cores_usable=64)


def no_machine(session):
    session["environment"] = {}


NO_RATIO = "threads +a run of it has a value of 0, and to 0 there is no ratio"

# What was done to it, and what has to be said.
POOR = (
    (without_runs, r"\(0\s+blocks\)", "threads +not measured",
     "Nothing could be measured"),
    (one_block, "1 block is too few for a finding"),
    (all_failed, "threads +forking: EAGAIN", "Nothing could be measured"),
    (zero_times, NO_RATIO, "Nothing could be measured"),
    (one_zero_time, NO_RATIO, "sequential +[0-9.]+ .*baseline"),
    (zero_cpu, "threads: no CPU: a run of it has a value of 0",
     r"threads +[0-9.]+ \["),
    (equal_times, r"threads +0\.00100 \[0\.00100, 0\.00100\] .*= same"),
    (largest_times, "threads +9007199255 "),
    (one_model_without_runs, "threads +not measured",
     "There is nothing to compare"),
    (baseline_without_runs, "sequential +not measured",
     "Without its baseline nothing can be compared"),
    (no_configurations, "Nothing could be measured"),
    (no_experiments, "No experiment was begun"),
    (broke_off, "No experiment was begun", "Not complete: it broke off"),
    (other_machine, "another machine: Z80, ", "threads +[0-9.]+ "),
    (no_machine, "another machine: some CPU, ", "threads +[0-9.]+ "),
)


def check_numbers(case, outcome):
    """Nothing that is no number, on the screen or in the charts' files."""
    texts_shown = [outcome.out]
    data = os.path.join(case.work, "bad/data")
    for name in os.listdir(data) if os.path.isdir(data) else ():
        with open(os.path.join(data, name), encoding="utf-8") as file:
            texts_shown.append(file.read())
    for text in texts_shown:
        found = re.search(r"\b(nan|inf|null)\b", text, re.IGNORECASE)
        case.check(not found, f"{found} in {text!r}")


def poor():
    with Case("poor sessions") as case:
        for change, *patterns in POOR:
            case.what = f"a session {change.__name__.replace('_', ' ')}"
            session = copy.deepcopy(GOOD)
            change(session)
            shutil.rmtree(os.path.join(case.work, "bad"), ignore_errors=True)
            write(case, json.dumps(session))
            outcome = case.run("show", "bad", "--no-charts")
            case.check(outcome.status == 0, f"not shown: {outcome}")
            for pattern in patterns:
                case.check(re.search(pattern, outcome.out + outcome.err),
                           f"no {pattern!r} in {outcome}")
            check_numbers(case, outcome)


def hollow_charts():
    """Every kind of chart is drawn without a single value, and says so."""
    if shutil.which("gnuplot") is None:
        return heddle.skip("charts without values", "gnuplot is not installed")
    session = corpus("many-experiments")
    session["runs"] = []
    with Case("charts without values") as case:
        write(case, json.dumps(session))
        outcome = case.run("show", "bad")
        case.check(outcome.status == 0, f"not shown: {outcome}")
        case.check(outcome.err.count("\n") <= 1, f"it complains: {outcome.err}")
        for experiment in session["plan"]["experiments"]:
            line = f"plots/{experiment['name']}.svg: Nothing could be measured"
            case.check(line in outcome.out, f"no {line!r} in {outcome.out}")


spoilt(GOOD, SPOILT)
spoilt(LATENCY, SPOILT_LATENCY)
spoilt(AGAINST, SPOILT_AGAINST)
accepted()
other_commands()
texts()
another_program()
places()
unreadable()
experiments()
poor()
hollow_charts()
heddle.finish()
