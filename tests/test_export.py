# SPDX-License-Identifier: MIT
"""`heddle export`: what comes out is what result.json holds, whatever texts are
in it. Nothing is measured.

Called as `python3 test_export.py PATH_OF_HEDDLE [--sanitized]`.
"""
import csv
import io
import json
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(__file__), "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "trouble"))
import heddle
from heddle import Case

REFERENCE = os.path.join(ROOT, "results/reference/epyc-2-cores")
# In one error: all that a table's syntax knows and a line of text may hold.
NASTY = 'he said "no, never", then left; | <b>'


def load():
    with open(os.path.join(REFERENCE, "result.json"),
              encoding="utf-8") as file:
        return json.load(file)


def save(case, session):
    with open(os.path.join(case.work, "s.json"), "w", encoding="utf-8") as file:
        json.dump(session, file)
    return "s.json"


def as_text(value):
    """A JSON value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(value)
    return str(value)


def flatten(value, path=""):
    """Members under their path, percentiles under their name."""
    if isinstance(value, dict):
        return {name: cell for key, member in value.items()
                for name, cell in flatten(
                    member, f"{path}.{key}" if path else key).items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {f"{path}.p{100 * one['share_ratio']:g}.{key}": cell
                for one in value for key, cell in one.items()
                if key != "share_ratio"}
    return {path: value}


def check_rows(case, rows, session, clean):
    """Every field of every run stands in its row, and nothing else."""
    places = {c["id"]: c for c in session["configurations"]}
    case.check(len(rows) == len(session["runs"]), f"{len(rows)} rows")
    for row, run in zip(rows, session["runs"]):
        flat = flatten(run)
        place = places[run["configuration"]]
        flat |= {key: place[key] for key in (
            "experiment", "label", "x", "baseline", "twin", "workload", "model",
            "workers", "inflight", "tasks", "seed", "pin")}
        for key, value in flat.items():
            if row[key] != clean(as_text(value)):
                case.fail(f"{key} is {row[key]!r}, not {value!r}")
                return
        for key in row.keys() - flat.keys() - {"set", "panel"}:
            case.check(row[key] == "", f"{key} is {row[key]!r}, from nowhere")
        for key, value in place["set"].items():
            case.check(f"{key}={value}" in row["set"].split(" "),
                       f"{key}={value} is not in {row['set']!r}")


def spoil(session):
    session["runs"][3]["status"] = "failed"
    session["runs"][3]["error"] = NASTY
    session["runs"][5]["metrics"] = {"some_bytes": 17}
    return session


def tables():
    with Case("export --csv, --tsv") as case:
        session = spoil(load())
        name = save(case, session)
        outcome = case.run("export", name, "--csv")
        case.check(outcome.status == 0 and outcome.err == "", f"{outcome.err}")
        rows = list(csv.DictReader(io.StringIO(outcome.out, newline="")))
        for row in rows:
            row.pop("flags")
        for run in session["runs"]:
            run.pop("flags")  # made anew, and a failed run is no outlier
        check_rows(case, rows, session, str)

        outcome = case.run("export", name, "--tsv")
        lines = [line.split("\t") for line in outcome.out.split("\n")[:-1]]
        case.check(len({len(line) for line in lines}) == 1, "rows of any width")
        rows = [dict(zip(lines[0], line)) for line in lines[1:]]
        for row in rows:
            row.pop("flags")
        check_rows(case, rows, session,
                   lambda text: re.sub(r"[\t\n\r]", " ", text))


def markdown():
    with Case("export --md") as case:
        session = load()
        point = session["configurations"][2]
        point["refused"] = "EAGAIN | <at> task 10"
        session["runs"] = [run for run in session["runs"]
                           if run["configuration"] != point["id"]]
        text = case.run("export", save(case, session), "--md").out
        rows = [line for line in text.split("\n") if line.startswith("| ")]
        points = [c for c in session["configurations"] if not c["twin"]]
        panels = sum(len(e["panels"]) for e in session["plan"]["experiments"])
        case.check(len(rows) == len(points) + panels,
                   f"{len(rows)} rows for {len(points)} configurations")
        case.check(r"EAGAIN \| \<at> task 10" in text, "no reason, or unsafe")
        for row in rows:
            cells = re.split(r"(?<!\\)\|", row)
            case.check(len(cells) in (7, 8), f"cells: {row}")
        for told in ("AMD EPYC",
                     "noise grade " + session["session"]["noise_grade"],
                     session["session"]["started_utc"],
                     "    build/heddle bench", "| = same |", "| baseline |"):
            case.check(told in text, f"nothing of {told!r}")


def no_runs():
    with Case("export: no runs") as case:
        session = load()
        session["runs"] = []
        lines = case.run("export", save(case, session), "--csv").out.split("\n")
        case.check(lines[0].startswith("configuration,experiment,")
                   and lines[1:] == [""], f"{lines}")


def to_a_file():
    with Case("export --out") as case:
        text = case.run("export", REFERENCE, "--csv").out
        case.check(case.run("export", REFERENCE, "--csv", "--out", "runs.csv")
                   == (0, "", ""), "it says something")
        with open(os.path.join(case.work, "runs.csv"), encoding="utf-8",
                  newline="") as file:
            case.check(file.read() == text, "another text")
        case.check(os.listdir(case.work) == ["runs.csv"],
                   f"{os.listdir(case.work)}")
        outcome = case.run("export", REFERENCE, "--csv", "--out", "no/runs.csv")
        case.check_complaint(outcome, 2, "no/runs.csv: No such file")
        outcome = case.run("export", REFERENCE, "--csv", stdout="/dev/full")
        case.check_complaint(outcome._replace(out=""), 4, "output")


tables()
markdown()
no_runs()
to_a_file()
heddle.finish()
