#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does a session's folder hold what the schema promises?

usage: schema.py SCHEMA SESSION...

Checks result.json, plan.json, each line of samples.ndjson, and what no schema
can say: that runs name configurations, that what is kept is of complete blocks,
and that hyperfine.json (whose schema lies beside SCHEMA) is in hyperfine's
layout. Exit status: 0 yes, 1 no, 77 this machine has no python3-jsonschema.
"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


def check_kept(result, journal):
    """The journal holds the kept runs, in the same order, and others."""
    ids = {configuration["id"] for configuration in result["configurations"]}
    assert len(ids) == len(result["configurations"]), "an id is there twice"
    for run in result["runs"] + journal:
        assert run["configuration"] in ids, run["configuration"]
    kept = [{k: v for k, v in run.items() if k != "flags"}
            for run in result["runs"]]
    complete = [{k: v for k, v in run.items() if k != "block_runs"}
                for run in journal
                if not run.get("partial") and not run.get("discarded")]
    assert kept == complete, "journal and result differ"
    reruns = result["session"].get("reruns", {"count": 0, "causes": {}})
    assert reruns["count"] == sum(reruns["causes"].values()), reruns
    discarded = {(run["configuration"].split("/")[0], run["block"])
                 for run in journal if run.get("discarded")}
    assert len(discarded) == reruns["count"], discarded
    for run in kept:
        assert (run["status"] == "ok") == (run["error"] is None), run
        assert run["status"] != "wrong", run


def check_hyperfine(folder, result, schema):
    """Means within their extremes, as many codes as times."""
    file = json.loads((folder / "hyperfine.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(file)
    commands = file["results"]
    for command in commands:
        times = command["times"]
        assert command["command"].startswith("heddle once "), command
        assert len(times) == len(command["exit_codes"]) > 0, command
        assert min(times) == command["min"] <= command["median"], command
        assert command["median"] <= command["max"] == max(times), command
    good = {run["configuration"] for run in result["runs"]
            if run["status"] == "ok"}
    named = {command["parameters"]["configuration"] for command in commands}
    assert named == good, named ^ good


def check(folder, schema, hyperfine):
    """Raises what is wrong."""
    text = (folder / "result.json").read_text()
    assert text.endswith("}\n"), "no final newline"
    result = json.loads(text)
    jsonschema.Draft202012Validator(schema).validate(result)
    if (folder / "plan.json").exists():  # not of version 1.0, nor if made up
        plan = json.loads((folder / "plan.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(plan)
    line_schema = {"$ref": "#/$defs/run", "$defs": schema["$defs"]}
    validator = jsonschema.Draft202012Validator(line_schema)
    lines = (folder / "samples.ndjson").read_text().splitlines()
    journal = [json.loads(line) for line in lines]
    for run in journal:
        validator.validate(run)
    check_kept(result, journal)
    check_hyperfine(folder, result, hyperfine)


def main():
    path = pathlib.Path(sys.argv[1])
    schema = json.loads(path.read_text())
    hyperfine = json.loads((path.parent / "hyperfine-1.json").read_text())
    status = 0
    for name in sys.argv[2:]:
        try:
            check(pathlib.Path(name), schema, hyperfine)
        except (AssertionError, OSError, ValueError, KeyError,
                jsonschema.ValidationError) as error:
            print(f"{name}: {error}")
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
