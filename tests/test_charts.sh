#!/bin/sh
# SPDX-License-Identifier: MIT
# test_charts.sh ROOT: draws every kind of chart from made-up data and its worst
# cases, and looks at the result with an XML parser and, where there is one, a
# browser. Exit status: 0 well, 1 not, 77 gnuplot is missing.
set -eu

root=$(cd "${1:?usage: test_charts.sh ROOT}" && pwd)
draw=$root/scripts/draw
tests=$root/tests/charts

command -v gnuplot >/dev/null || {
    echo "SKIP: gnuplot is not installed"
    exit 77
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

# status WANTED COMMAND...: the command must exit so; its output goes to said.
status() {
    wanted=$1
    shift
    got=0
    "$@" >said 2>&1 || got=$?
    [ "$got" = "$wanted" ] ||
        fail "exit status $got, not $wanted: $*: $(cat said)"
}

# Names with a blank, a quote and a backslash: paths are data, not code.
session="it's \\a \$session"
python3 "$tests/made_up.py" "$session"
charts=$(find "$session/data" -name '*.gp' | wc -l)

"$draw" "$session" first >lines 2>complaints || fail "$(cat complaints)"
[ ! -s complaints ] || fail "gnuplot complains: $(cat complaints)"
[ "$(wc -l <lines)" -eq "$charts" ] || fail "not one line a chart"
python3 "$tests/check_svg.py" "$session" first
python3 "$tests/made_up_gil.py" invented
"$draw" invented gil-first >lines 2>complaints || fail "$(cat complaints)"
[ ! -s complaints ] || fail "gnuplot complains: $(cat complaints)"
python3 "$tests/check_svg.py" invented gil-first
charts=$((charts + $(wc -l <lines)))
python3 "$tests/made_up_costs.py" priced
"$draw" priced costs-first >lines 2>complaints || fail "$(cat complaints)"
[ ! -s complaints ] || fail "gnuplot complains: $(cat complaints)"
python3 "$tests/check_svg.py" priced costs-first
charts=$((charts + $(wc -l <lines)))
echo "ok: $charts charts are well-formed, described and complete"

# The same bytes again, from another folder and in another locale.
cp -R "$session" moved
other=C
if locale -a 2>/dev/null | grep -qi '^de_DE.utf-\{0,1\}8$'; then
    other=de_DE.UTF-8
fi
LC_ALL=$other "$draw" moved second >/dev/null
diff -r first second >&2 || fail "drawn twice, the charts differ"
echo "ok: the same bytes twice, the second time under LC_ALL=$other"

# A broken chart is named and does not stop the others.
mkdir -p broken/data
cp moved/data/models-one* broken/data
sed 's/"models"/"no-such-kind"/' moved/data/models-one.gp >broken/data/a.gp
echo 'KIND = "models' >broken/data/b.gp
cp moved/data/models-one.gp broken/data/c.gp
status 1 "$draw" broken third
for name in a b c; do
    grep -q "^draw: $name could not be drawn" said || fail "$name: $(cat said)"
done
[ "$(find third -type f | wc -l)" -eq 4 ] || fail "left over: $(ls third)"

# Nothing to draw, nothing said, no gnuplot.
mkdir empty
status 1 "$draw" empty
grep -q "nothing to draw" said || fail "empty session: $(cat said)"
status 2 "$draw"
mkdir bin
for tool in sh dirname readlink mkdir; do
    ln -s "$(command -v $tool)" bin/$tool
done
status 1 env PATH="$work/bin" "$draw" moved fourth
grep -q "gnuplot is not installed" said || fail "no gnuplot: $(cat said)"
[ "$(wc -l <said)" -eq 1 ] || fail "more than a line: $(cat said)"
echo "ok: failures are named and stay small"

# Installed: the script in one place, its charts in share/heddle or elsewhere.
mkdir -p usr/bin usr/share/heddle
cp "$draw" usr/bin/
cp -R "$root/scripts/charts" usr/share/heddle/
mkdir -p few/data
cp moved/data/models-one* moved/data/models-cpu* few/data
usr/bin/draw few fifth >/dev/null
for picture in fifth/*; do
    cmp "$picture" "first/${picture#fifth/}" ||
        fail "installed, it draws otherwise"
done
mv usr/share/heddle elsewhere
HEDDLE_SHARE=$work/elsewhere usr/bin/draw broken sixth >/dev/null 2>&1 || true
cmp first/models-one.svg sixth/models-one.svg || fail "HEDDLE_SHARE"
echo "ok: installed, it draws the same"

# One chart by itself, light or dark by its name.
"$draw" --picture moved/data/models-one "it's one-dark.svg" >/dev/null
cmp first/models-one-dark.svg "it's one-dark.svg" || fail "one dark chart"
"$draw" --picture moved/data/models-one one.png >/dev/null
cmp first/models-one.png one.png || fail "one chart"
status 1 "$draw" --picture broken/data/b b.svg
grep -q "^draw: b.svg could not be drawn" said || fail "b.svg: $(cat said)"
[ -z "$(find . -maxdepth 1 -name 'b.svg*')" ] || fail "left over: b.svg"
status 2 "$draw" --picture moved/data/models-one
echo "ok: one chart by itself is the same"

# Text on text. First the linter itself: it must see what is planted.
if ! command -v node >/dev/null || ! { command -v "${CHROMIUM:-chromium}" ||
    command -v chromium-browser || command -v google-chrome; } >/dev/null; then
    echo "SKIP: no node and chromium: nothing looked for text on text"
    exit 0
fi
sed 's|<text>baseline</text>|&<text x="9" y="9">planted</text>|' \
    first/models-cpu.svg >overlap.svg
sed 's|<text>baseline</text>|<text x="190">baseline</text>|' \
    first/models-cpu.svg >outside.svg
status 1 node "$tests/lint.mjs" overlap.svg outside.svg
grep -q 'overlap.svg: "baseline" overlaps "planted"' said ||
    fail "planted overlap not seen: $(cat said)"
grep -q 'outside.svg: "baseline" leaves the picture' said ||
    fail "planted escape not seen: $(cat said)"
status 0 node "$tests/lint.mjs" first/*.svg gil-first/*.svg \
    costs-first/*.svg
echo "ok: no text overlaps or leaves its picture"
