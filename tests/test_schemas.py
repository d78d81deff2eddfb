# SPDX-License-Identifier: MIT
"""Everything that the program prints as JSON is what its schema promises; every
schema is one, and refuses what is not. Files of sessions are checked where they
are made (schema.py), comparisons in test_compare.py.

Called as `python3 test_schemas.py PATH_OF_HEDDLE [--sanitized]`.
"""
import copy
import glob
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
    print("SKIPPED the schemas: python3-jsonschema is not installed")
    sys.exit(heddle.SKIPPED)

REFERENCE = os.path.join(ROOT, "results", "reference")


def validator(name):
    with open(os.path.join(ROOT, "results", "schema", name),
              encoding="utf-8") as file:
        return jsonschema.Draft202012Validator(json.load(file))


def objects(value):
    """Every object within a value, and it."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, (dict, list)):
            yield from objects(member)


def check(case, name, value, free=()):
    """It is valid, and not any more once something is added that nobody knows,
    or taken away. `free` are the keys of objects that may hold anything."""
    schema = validator(name)
    errors = [error.message[:200] for error in schema.iter_errors(value)]
    case.check(not errors, f"{name}: {errors}")
    anything = [id(o[key]) for o in objects(value) for key in free if key in o]
    kinds = set()
    for number, found in enumerate(objects(value)):
        kind = frozenset(found)
        if id(found) in anything or kind in kinds:
            continue
        kinds.add(kind)
        path = copy.deepcopy(value)
        list(objects(path))[number]["unknown"] = 1
        case.check(not schema.is_valid(path), f"{name}: accepts unknown keys "
                   f"in {sorted(found)}")


def printed(case, *arguments, **how):
    return json.loads(case.run(*arguments, **how).out)


def well_formed():
    with Case("schemas") as case:
        for path in glob.glob(os.path.join(ROOT, "results/schema/*.json")):
            name = os.path.basename(path)
            with open(path, encoding="utf-8") as file:
                text = file.read()
            schema = json.loads(text)
            jsonschema.Draft202012Validator.check_schema(schema)
            case.check(schema["$schema"].endswith("2020-12/schema"), name)
            case.check(text == json.dumps(schema, indent=1,
                                          ensure_ascii=False) + "\n"
                       or text == json.dumps(schema, indent=1) + "\n",
                       f"{name}: not in our layout")


def printed_json():
    with Case("list --json") as case:
        check(case, "list-1.json", printed(case, "list", "--json"))
    empty = ("once", "--json", "--workload", "empty", "--tasks", 3, "--model")
    with Case("once --json") as case:
        check(case, "once-1.json", printed(case, *empty, "threads"),
              ("metrics", "set"))
        found = printed(case, *empty, "threads", "--set",
                        "threads.stack_bytes=131072")
        case.check(found["set"] != {}, "nothing is set")
        check(case, "once-1.json", found, ("metrics", "set"))
        found = printed(case, *empty, "threads", "--expect",
                        "0x0000000000000001:1:1")
        case.check(found["status"] == "wrong", f"{found}")
        check(case, "once-1.json", found, ("metrics", "set"))
        check(case, "once-1.json", printed(case, *empty, "fork", "--reference"))
        found = printed(
            case, "once", "--json", "--model", "event_loop", "--workload",
            "echo", "--tasks", 40, "--set", "echo.connect=inside", "--expect",
            "0x1", limits=[(heddle.resource.RLIMIT_NOFILE, 20)])
        case.check(found["status"] == "failed", f"{found}")
        check(case, "once-1.json", found, ("metrics", "set"))


def committed():
    with Case("committed sessions") as case:
        for folder in glob.glob(os.path.join(REFERENCE, "*")):
            for file, schema, free in (
                    ("result.json", "result-1.json",
                     ("environment", "environment_after", "metrics", "set",
                      "mitigations")),
                    ("hyperfine.json", "hyperfine-1.json", ())):
                with open(os.path.join(folder, file),
                          encoding="utf-8") as opened:
                    value = json.load(opened)
                for key in ("runs", "configurations", "estimates",
                            "comparisons", "results"):
                    value.update({key: value[key][:20]} if key in value else {})
                check(case, schema, value, free)


well_formed()
printed_json()
committed()
heddle.finish()
