#!/bin/sh
# SPDX-License-Identifier: MIT
# test_speedup.sh HEDDLE TEST_SPEEDUP: a session of a machine of 64 cores, which
# this one need not be: the schema accepts it, and heddle shows its law.
set -eu
heddle=$(readlink -f "$1")
make=$(readlink -f "$2")
root=$(readlink -f "$(dirname "$0")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "test_speedup: $*" >&2
    exit 1
}

mkdir session
"$make" session
"$heddle" show session --no-charts >out || fail "show: exit status $?"
grep -q "^Gunther's law fits up to 64 workers: " out || fail "$(cat out)"
grep -q "^FIT1 = 'peak.*at.*44'" session/data/made-up.gp ||
    fail "no law for the chart: $(cat session/data/made-up.gp)"
# What a session wrote before version 1.1 has no steps and no scaling.
mkdir old
python3 - <<'END'
import json
result = json.load(open("session/result.json"))
result["schema_version"] = "1.0"
del result["scaling"]
for configuration in result["configurations"]:
    del configuration["longest_steps"], configuration["shortest_steps"]
with open("old/result.json", "w") as out:
    out.write(json.dumps(result) + "\n")
END
cp session/hyperfine.json session/samples.ndjson old
"$heddle" show old --no-charts >again || fail "show: exit status $?"
sed '/^Files: /d' out >expected
sed '/^Files: /d' again | cmp -s - expected || fail "1.0 shows otherwise"
status=0
python3 "$root/tests/schema.py" "$root/results/schema/result-1.json" session \
    old || status=$?
exit $status
