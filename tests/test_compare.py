# SPDX-License-Identifier: MIT
"""`heddle compare` as a user meets it: sessions made from the reference one, so
that what must be said of them is known. Nothing is measured.

Called as `python3 test_compare.py PATH_OF_HEDDLE [--sanitized]`.
"""
import copy
import json
import os
import sys

ROOT = os.path.join(os.path.dirname(__file__), "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "trouble"))
import heddle
from heddle import Case

try:
    import jsonschema
except ImportError:
    jsonschema = None

REFERENCE = os.path.join(ROOT, "results/reference/epyc-2-cores/result.json")
USAGE, REGRESSION, NOT_MEASURED = 2, 3, 4
KEPT = ("models-cpu", "scaling")
SLOWED = "models-cpu/threads"


def base():
    """Two experiments of the reference session, on a day of its own."""
    with open(REFERENCE, encoding="utf-8") as file:
        session = json.load(file)
    session["session"]["id"] = "20260101T000000Z-vm-0001"
    session["session"]["calibration"] = {
        "median_ns": 5e6, "cv_ratio": .004,
        "run_median_ns": None, "run_variation_ratio": None}
    session["plan"]["experiments"] = [
        e for e in session["plan"]["experiments"] if e["name"] in KEPT]
    session["configurations"] = [
        c for c in session["configurations"] if c["experiment"] in KEPT]
    session["runs"] = [run for run in session["runs"]
                       if run["configuration"].split("/")[0] in KEPT]
    return session


def later(session, calibration=1.0):
    """The same a day later, every run a little otherwise."""
    session = copy.deepcopy(session)
    session["session"]["id"] = "20260102T000000Z-vm-0002"
    session["session"]["calibration"]["median_ns"] *= calibration
    for run in session["runs"]:
        run["run_ns"] += run["block"] % 3
    return session


def slow_down(session, factor, only=None):
    for run in session["runs"]:
        if only in (None, run["configuration"]):
            run["run_ns"] = round(run["run_ns"] * factor)
    return session


def point(session, name):
    return next(c for c in session["configurations"] if c["id"] == name)


def save(case, name, session):
    with open(os.path.join(case.work, name), "w", encoding="utf-8") as file:
        json.dump(session, file)
    return name


def compare(case, a, b, *options):
    return case.run("compare", save(case, "a.json", a), save(case, "b.json", b),
                    *options)


def rows_of(case, a, b, *options):
    """The rows by name, from JSON that its schema accepts."""
    outcome = compare(case, a, b, "--json", *options)
    found = json.loads(outcome.out)
    path = os.path.join(ROOT, "results", "schema", "compare-1.json")
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    if jsonschema is not None:
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(found)
    return found, {row["configuration"]: row for row in found["rows"]}


def no_change():
    with Case("compare: no change") as case:
        a = base()
        outcome = compare(case, a, later(a), "--fail-above", "1%")
        case.check(outcome.status == 0 and outcome.err == "", f"{outcome}")
        case.check("weaker than" in outcome.out, "it does not say how weak")
        case.check(all(len(line) <= 100 for line in outcome.out.split("\n")),
                   "a line is longer than 100 columns")
        found, rows = rows_of(case, a, later(a))
        twins = {c["id"] for c in a["configurations"] if c["twin"]}
        case.check(set(rows) == {c["id"] for c in a["configurations"]} - twins,
                   f"{sorted(rows)}")
        for name, row in rows.items():
            case.check(row["time"]["verdict"] in ("same", "cannot tell"),
                       f"{name}: {row['time']}")
        case.check(found["regressions"] == [], f"{found['regressions']}")


def one_regression():
    with Case("compare: one is slower") as case:
        a = base()
        b = slow_down(later(a), 1.3, SLOWED)
        found, rows = rows_of(case, a, b, "--fail-above", "5%")
        case.check(found["regressions"] == [SLOWED], f"{found['regressions']}")
        for kind in "time", "relative":
            claim = rows[SLOWED][kind]
            case.check(claim["verdict"] == "slower"
                       and abs(claim["ratio"] - 1.3) < .01, f"{kind}: {claim}")
        outcome = compare(case, a, b, "--fail-above", "5%")
        case.check(outcome.status == REGRESSION
                   and SLOWED in outcome.err, f"{outcome}")
        case.check("- slower" in outcome.out, outcome.out)
        for limit, status in (("40%", 0), ("29%", REGRESSION)):
            outcome = compare(case, a, b, "--fail-above", limit)
            case.check(outcome.status == status, f"above {limit}: {outcome}")
        case.check(compare(case, a, b).status == 0, "nobody asked for 3")
        outcome = compare(case, b, a, "--fail-above", "5%")
        case.check(outcome.status == 0 and "+ faster" in outcome.out,
                   f"the other way round: {outcome}")


def widening():
    """Intervals reach as far beyond those of equal days as the days differ."""
    with Case("compare: widening") as case:
        a = base()
        _, equal = rows_of(case, a, later(a))
        _, apart = rows_of(case, a, later(a, 1.015))
        for name, row in equal.items():
            for end, sign in ("low_ratio", -1), ("high_ratio", 1):
                grown = apart[name]["time"][end] / row["time"][end]
                case.check(abs(grown - 1.015 ** sign) < 1e-6,
                           f"{name}: {end} grows by {grown}")
                case.check(apart[name]["relative"] == row["relative"],
                           f"{name}: a ratio knows of the calibration")
            claim = row["time"]
            case.check(claim["floor_ratio"] > 1, f"{name}: no noise floor")


def relative():
    """A machine that is slower as a whole leaves ratios as they were."""
    with Case("compare: --relative") as case:
        a = base()
        b = slow_down(later(a, 1.2), 1.2)
        case.check_complaint(compare(case, a, b), USAGE, "20.0 % slower",
                             "--relative")
        outcome = compare(case, a, b, "--relative", "--fail-above", "5%")
        case.check(outcome.status == 0, f"{outcome}")
        outcome = compare(case, a, slow_down(b, 1.3, SLOWED), "--relative",
                          "--fail-above", "5%")
        case.check(outcome.status == REGRESSION, f"{outcome}")
        del a["session"]["calibration"]
        case.check_complaint(compare(case, a, b), USAGE, "no calibration")
        outcome = compare(case, a, b, "--relative")
        case.check(outcome.status == 0 and "not in both" in outcome.out,
                   f"{outcome}")


def other_machine(session):
    session["environment"]["cpu_model"] = "Another One"


def fewer_cores(session):
    session["environment"]["cores_usable"] = 1


def less_memory(session):
    session["environment"]["memory_total_bytes"] //= 2


def other_digest(session):
    point(session, SLOWED)["digest"] = "0x00000000000000aa"


def more_tasks(session):
    point(session, SLOWED)["tasks"] += 1


def other_setting(session):
    point(session, SLOWED)["set"]["threads.stack_bytes"] = 131072


def other_names(session):
    for experiment in session["plan"]["experiments"]:
        experiment["name"] += "-2"
    for configuration in session["configurations"]:
        configuration["experiment"] += "-2"
        head, _, tail = configuration["id"].partition("/")
        configuration["id"] = f"{head}-2/{tail}"
    for run in session["runs"]:
        head, _, tail = run["configuration"].partition("/")
        run["configuration"] = f"{head}-2/{tail}"


def refusals():
    with Case("compare: refusals") as case:
        a = base()
        for spoil, *named in (
                (other_machine, "another machine: cpu_model", "Another One"),
                (fewer_cores, "another machine: cores_usable is 2"),
                (less_memory, "another machine: memory"),
                (other_digest, "other work", SLOWED, "00aa"),
                (more_tasks, "other work", SLOWED, "tasks"),
                (other_setting, "other work", "stack_bytes"),
                (other_names, "nothing in common")):
            b = later(a)
            spoil(b)
            case.what = f"compare: {spoil.__name__}"
            for options in (), ("--relative",), ("--json",):
                outcome = compare(case, a, b, *options)
                case.check_complaint(outcome, USAGE, *named)
                case.check(outcome.out == "", f"it prints {outcome.out!r}")
        case.what = "compare: refusals"
        case.check_complaint(compare(case, a, a), USAGE, "the same session")
        case.check_complaint(case.run("compare", "a.json"), USAGE, "two")
        case.check_complaint(case.run("compare", "a.json", "nowhere"), USAGE,
                             "nowhere")
        b = later(a)
        b["environment"]["memory_total_bytes"] += 4096
        b["environment"]["kernel"] = "9.9"
        outcome = compare(case, a, b)
        case.check(outcome.status == 0 and "kernel" in outcome.out
                   and "9.9 in B" in outcome.out, f"another kernel: {outcome}")


def holes():
    """What only one session has is named; what B has lost fails a gate."""
    with Case("compare: holes") as case:
        a = base()
        b = later(a)
        point(b, SLOWED)["refused"] = "EAGAIN: process limit reached"
        b["runs"] = [r for r in b["runs"] if r["configuration"] != SLOWED]
        outcome = compare(case, a, b)
        case.check(outcome.status == 0 and "EAGAIN" in outcome.out,
                   f"{outcome}")
        case.check(compare(case, a, b, "--fail-above", "5%").status
                   == NOT_MEASURED, "a gate lets a hole pass")
        found, rows = rows_of(case, a, b)
        case.check(rows[SLOWED]["not_compared"] == "not measured in b",
                   f"{rows[SLOWED]}")
        b = later(a)
        b["configurations"] = [c for c in b["configurations"]
                               if c["id"] != SLOWED]
        b["runs"] = [r for r in b["runs"] if r["configuration"] != SLOWED]
        found, rows = rows_of(case, a, b)
        case.check(found["only_in_a"] == [SLOWED] and SLOWED not in rows,
                   f"{found['only_in_a']}")
        outcome = compare(case, a, b)
        case.check(f"Only in A, not compared: {SLOWED}" in outcome.out,
                   outcome.out)


def nothing_at_all():
    """Sessions without a single run: no gate may pass for want of figures."""
    with Case("compare: no runs") as case:
        a = base()
        a["runs"] = []
        outcome = compare(case, a, later(a))
        case.check(outcome.status == NOT_MEASURED, f"{outcome}")
        case.check_complaint(outcome, NOT_MEASURED, "figures in both")


def few_blocks():
    """Three blocks each say nothing, however large the difference."""
    with Case("compare: few blocks") as case:
        a = base()
        for experiment in a["plan"]["experiments"]:
            experiment["blocks"] = 3
        a["runs"] = [run for run in a["runs"] if run["block"] < 3]
        b = slow_down(later(a), 3, SLOWED)
        _, rows = rows_of(case, a, b)
        case.check(rows[SLOWED]["time"]["verdict"] == "cannot tell"
                   and rows[SLOWED]["time"]["low_ratio"] is None,
                   f"{rows[SLOWED]}")
        outcome = compare(case, a, b, "--fail-above", "1%")
        case.check(outcome.status == 0 and "No noise floor" in outcome.out,
                   f"{outcome}")


if jsonschema is None:
    heddle.skip("the schema", "python3-jsonschema is not installed")
no_change()
one_regression()
widening()
relative()
refusals()
holes()
few_blocks()
nothing_at_all()
heddle.finish()
