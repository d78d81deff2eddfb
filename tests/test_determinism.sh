#!/bin/sh
# SPDX-License-Identifier: MIT
# test_determinism.sh HEDDLE WRITER: the same samples give the same bytes, in
# every file, table and chart, whatever the folder, the language, the time zone
# and the day; and without gnuplot there are charts of text.
set -eu
heddle=$(readlink -f "$1")
writer=$(readlink -f "$2")
reference=$(readlink -f "$(dirname "$0")/../results/reference/epyc-2-cores")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "test_determinism: $*" >&2
    exit 1
}

other=C.UTF-8
if locale -a 2>/dev/null | grep -qi '^de_DE.utf-\{0,1\}8$'; then
    other=de_DE.UTF-8
fi
elsewhere() {
    LC_ALL=$other LANG=$other LC_NUMERIC=$other TZ=Asia/Kolkata COLUMNS=40 \
        NO_COLOR=1 "$@"
}

# Every file that a session is written as.
mkdir -p far/away
LC_ALL=C TZ=UTC "$writer" "$reference" first
(cd far/away && elsewhere "$writer" "$reference" second)
diff -r first far/away/second >&2 || fail "written twice, files differ"
"$writer" first/result.json third
diff -r first third >&2 || fail "read back and written again, files differ"
[ "$(find first -type f | wc -l)" -ge 20 ] || fail "too few files to tell"
cmp -s "$reference/hyperfine.json" first/hyperfine.json ||
    fail "hyperfine.json is not that of the reference session"
echo "ok: the same files twice, the second time under LC_ALL=$other"

# A session that was just measured, with numbers of many digits.
cat >arrive.json <<EOF
{"name": "arrive", "question": "?", "chart": "latency", "panels": [{
  "workload": "sleepers", "tasks": 40,
  "set": {"sleepers.sleep_us": 100, "sleepers.arrivals": "poisson"},
  "models": ["event_loop", "threads"], "baseline": "event_loop",
  "sweep": {"rate_per_s": [4000, 8000]}}]}
EOF
"$heddle" bench arrive.json --blocks 4 --no-charts --out fresh >/dev/null 2>&1 ||
    [ $? -eq 4 ] || fail "bench: exit status $?"
"$writer" fresh again
diff fresh/result.json again/result.json >&2 ||
    fail "measured and read back, results differ"
echo "ok: a result says of its runs what it says when it is read"

# What show prints and draws; by folder and by file.
mkdir here
cp "$reference/result.json" here
"$heddle" show here --no-charts >tables
(cd far && elsewhere "$heddle" show ../here/result.json --no-charts |
    sed 's|^Files: ../here|Files: here|' >tables)
diff tables far/tables >&2 || fail "shown twice, tables differ"
if command -v gnuplot >/dev/null; then
    "$heddle" show here >/dev/null
    mv plots once
    elsewhere "$heddle" show here/result.json >/dev/null
    diff -r once plots >&2 || fail "drawn twice, charts differ"
    [ "$(find plots -name '*.svg' | wc -l)" -ge 10 ] || fail "too few charts"
    echo "ok: the same charts twice"
else
    echo "SKIP: no gnuplot, no charts"
fi

# No gnuplot in PATH.
mkdir bin
for tool in sh dirname readlink mkdir; do
    ln -s "$(command -v $tool)" bin/$tool
done
mv here there
PATH=$work/bin "$heddle" show there >text 2>complaints ||
    fail "without gnuplot: exit status $?"
[ ! -s complaints ] || fail "without gnuplot: $(cat complaints)"
grep -q '^No charts without gnuplot' text || fail "nobody misses gnuplot"
questions=$(grep -c '^=> ' text)
[ "$(grep -c '|###' text)" -gt "$questions" ] || fail "no charts of text"
echo "ok: without gnuplot, charts are text"
