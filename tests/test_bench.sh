#!/bin/sh
# SPDX-License-Identifier: MIT
# test_bench.sh HEDDLE: real sessions with real runs, kept small, and what they
# leave: files that the schema accepts, tables that `show` prints again.
set -eu
heddle=$(readlink -f "$1")
root=$(readlink -f "$(dirname "$0")/..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "test_bench: $*" >&2
    exit 1
}

# expect STATUS WHAT COMMAND...: runs it, output to the files out and err.
expect() {
    wanted=$1
    what=$2
    shift 2
    status=0
    "$@" >out 2>err || status=$?
    [ "$status" = "$wanted" ] && return
    cat out err >&2
    fail "$what: exit status $status instead of $wanted"
}

schema() {
    status=0
    python3 "$root/tests/schema.py" "$root/results/schema/result-1.json" "$@" ||
        status=$?
    [ $status = 0 ] || [ $status = 77 ] || fail "the schema refuses $*"
}

# Every kind of chart, and hyperfine if it is there: the project's experiments,
# but for groups, with less to do.
mkdir small
for file in $(grep -L '"group"' "$root"/benches/experiments/*.json); do
    name=$(basename "$file")
    sed -e 's/10, 100, 1000, 10000/2, 30/' -e 's/"1 to 2\*cores"/[1, 3]/' \
        -e 's/"tasks": [0-9]*,/"tasks": 20,/' \
        -e 's/\("primes.numbers"\): [0-9]*/\1: 20/' \
        -e 's/\("[a-z]*.delay_us"\): [0-9]*/\1: 900/' \
        -e 's/\("sleepers.sleep_us"\): [0-9]*/\1: 50000/' "$file" >"small/$name"
done
expect 0 bench "$heddle" bench small/*.json --blocks 2 --seed 3 --no-charts \
    --out all
schema all
mv out tables
expect 0 show "$heddle" show all --no-charts
cmp -s out tables || fail "show prints other tables than bench did"

[ "$(grep -c '"arrivals": "poisson"' all/result.json)" = \
    "$(grep -c '"id": "latency/' all/result.json)" ] ||
    fail "not every configuration with arrivals has a latency"
grep -q 'median, ms' tables || fail "20 requests are not told by their median"

if command -v hyperfine >/dev/null; then
    [ "$(grep -c process_ns all/samples.ndjson)" = \
        "$(grep -v discarded all/samples.ndjson |
            grep -c '"configuration":"startup/')" ] ||
        fail "hyperfine did not time all processes of startup"
    [ ! -e all/hyperfine.block ] || fail "hyperfine.block was left"
fi

# A plan is all that --dry-run prints, and it leaves nothing.
expect 0 dry "$heddle" bench small/*.json --dry-run --out dry
grep -q '^About' err || fail "--dry-run printed no plan"
[ ! -s out ] && [ ! -e dry ] || fail "--dry-run did more than print a plan"

# --json - leaves nothing but JSON on standard output.
expect 0 json "$heddle" run --model threads,event_loop --workload empty \
    --tasks 10 --blocks 2 --json - --out run --no-charts
cmp -s out run/result.json || fail "--json - is not result.json"
schema run

# A limit is met: a hole, and a reason. In a sweep over tasks in flight that is
# an answer; elsewhere it is a failure.
limited='ulimit -n 60; exec "$@"'
expect 4 hole sh -c "$limited" - "$heddle" run --model sequential,event_loop \
    --workload echo --set echo.connect=inside --set echo.rounds=1 --tasks 80 \
    --blocks 2 --out hole --no-charts
grep -q '"refused": ".*EMFILE' hole/result.json || fail "no reason in hole/"
schema hole
expect 0 "allowed hole" sh -c "$limited" - "$heddle" run --model event_loop \
    --workload echo --set echo.connect=inside --set echo.rounds=1 --tasks 80 \
    --inflight 5,80 --blocks 2 --out allowed --no-charts
schema allowed

# A model that is swept alone has one baseline: its own first step.
expect 0 alone "$heddle" run --model thread_pool --workload empty --tasks 20 \
    --workers 1,2,3 --blocks 6 --out alone --no-charts
[ "$(grep -c ' baseline$' out)" = 1 ] || fail "alone: not one baseline"

# The first signal ends the session with what is known; nothing is left running.
"$heddle" run --model sequential,threads --workload sleepers \
    --set sleepers.sleep_us=20000 --tasks 20 --blocks 1000 --out cut \
    --no-charts >out 2>err &
pid=$!
for _ in $(seq 300); do
    [ -s cut/samples.ndjson ] && break
    sleep 0.1
done
kill -TERM $pid
status=0
wait $pid || status=$?
[ $status = 143 ] || fail "SIGTERM: exit status $status instead of 143"
grep -q '"complete": false' cut/result.json || fail "cut/ claims to be complete"
schema cut

# Against a copy of itself: a line for each configuration, and hyperfine runs
# the copy, too.
cp "$heddle" copy
expect 0 against "$heddle" bench small/startup.json --against ./copy \
    --blocks 2 --seed 3 --fail-above 100% --out against
schema against
nlines=$(grep -c '^  startup/' out)
[ "$nlines" = "$(grep -c '"program": "this"' against/result.json)" ] ||
    fail "against: $nlines lines are not one for each configuration"
[ "$nlines" -gt 3 ] || fail "against: $nlines lines"
grep -q 'They are the same program' out || fail "it does not know itself"
mv out tables
expect 0 "show against" "$heddle" show against
grep -v '^=> ' tables | cmp -s - out ||
    fail "show prints another comparison of programs than bench did"
[ ! -e plots ] || fail "charts of a comparison of programs"

# No result that is not one.
head -c 3000 run/result.json >hole/result.json
expect 2 "cut off" "$heddle" show hole --no-charts
grep -q 'cut off' err || fail "show does not say that the file is cut off"
sed 's/"schema_version": "1/"schema_version": "2/' run/result.json \
    >hole/result.json
expect 2 newer "$heddle" show hole --no-charts
echo '{"results": []}' >hole/result.json
expect 2 foreign "$heddle" show hole --no-charts
expect 2 "in use" "$heddle" bench small/models-cpu.json --out all
expect 2 unknown "$heddle" bench no-such-experiment
echo "sessions of every kind: well"
