# SPDX-License-Identifier: MIT
# How the memory of a waiting task depends on how many wait, both logarithmic: a
# level line is a price per task, a falling one a fixed price that they share.
# Reads DATA.1.tsv, one gnuplot index a model:
#   tasks bytes_per_task low high
# (a model without a single value has one line of "?"), DATA.holes.tsv:
#   panel tasks model reason
# and from DATA.gp SERIES, MODELi, LABELi, NHOLES. What was refused is a crossed
# box at the upper edge, explained below.

HOME = ARG0[1:strlen(ARG0) - strlen("bytes-per-task.gp")]
load HOME."theme.gp"

N = SERIES
FILE = DATA.".1.tsv"
HOLES = DATA.".holes.tsv"
LABEL_COLUMNS = 15
MOST_NOTES = 4
array MODEL[N]
array LABEL[N]
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    LABEL[i] = named(MODEL[i], value(sprintf("LABEL%d", i)))
    none = note_model(MODEL[i])
}

kib(v) = v / 1024.
array END_X[N]
array END_Y[N]
array WISH[N]
LEAST_X = 1e300
MOST_X = 0
LEAST_Y = 1e300
MOST_Y = 0
reach_x(x) = (LEAST_X = min(LEAST_X, x), MOST_X = max(MOST_X, x), 0)
reach_y(y) = (LEAST_Y = min(LEAST_Y, y), MOST_Y = max(MOST_Y, y), 0)
look(s) = known(s) && real(s) > 0 ? reach_y(kib(real(s))) : 0
note_end(k, x, y) = (END_X[k] = x, END_Y[k] = y, reach_x(x))
read(k, x, y, low, high) = look(y) + look(low) + look(high) + \
    (known(y) ? note_end(k, real(x), kib(real(y))) : 0)
NO_END = ": no data"
LABELS = 0
do for [k = 1:N] {
    END_X[k] = 0
    END_Y[k] = 1
    stats FILE index k - 1 \
        using (read(k, strcol(1), strcol(2), strcol(3), strcol(4))) nooutput
    said = LABEL[k].(END_X[k] > 0 ? "" : NO_END)
    LABELS = max(LABELS, width(said, LABEL_COLUMNS))
}

# The holes, each a mark, and a note for all of a model with the same reason.
array HOLE_X[NHOLES + 1]
array HOLE_MODEL[NHOLES + 1]
array BELOW[NHOLES + 1]
array NOTE_KEY[NHOLES + 1]
array NOTE_AT[NHOLES + 1]
HOLE = 0
NOTE = 0
STACK = 0
seek(k, i) = i > NOTE ? 0 : NOTE_KEY[i] eq k ? i : seek(k, i + 1)
new_note(k, at) = (NOTE = NOTE + 1, NOTE_KEY[NOTE] = k, NOTE_AT[NOTE] = at, 0)
old_note(i, at) = (NOTE_AT[i] = NOTE_AT[i].", ".at, 0)
note(k, at) = seek(k, 1) ? old_note(seek(k, 1), at) : new_note(k, at)
same(x, i) = i < 1 ? 0 : (HOLE_X[i] == x) + same(x, i - 1)
stacked(x) = (BELOW[HOLE] = same(x, HOLE - 1), \
    STACK = max(STACK, BELOW[HOLE] + 1), 0)
note_hole(x, m, why) = (HOLE = HOLE + 1, HOLE_X[HOLE] = x, \
    HOLE_MODEL[HOLE] = m, stacked(x) + reach_x(x) + note_model(m) + \
    note(m." ".why, sprintf("%.0f", x)))
if (NHOLES > 0) {
    stats HOLES using (note_hole($2, strcol(3), strcol(4))) nooutput
}
if (MOST_X == 0) { none = reach_x(10) + reach_x(1000) }
if (MOST_Y == 0) { none = reach_y(1) + reach_y(10) }
LISTED = min(MOST_NOTES + 1, NOTE)

TOP = TOP + 14 + LINE
BOTTOM = BOTTOM - (LISTED > 0 ? LISTED * LINE + 10 : 0)
LEFT = EDGE + 64
RIGHT = WIDTH - EDGE - LABELS - 76
LOW_X = LEAST_X / 1.3
HIGH_X = MOST_X * 1.3
LOW_Y = LEAST_Y / 1.4
# The marks of the holes hang from the upper edge, above all data.
free = 1 - (24. * STACK + 20) / (BOTTOM - TOP)
HIGH_Y = LOW_Y * (1.2 * MOST_Y / LOW_Y) ** (1 / free)
py(y) = BOTTOM - log(y / LOW_Y) / log(HIGH_Y / LOW_Y) * (BOTTOM - TOP)
px(x) = LEFT + log(x / LOW_X) / log(HIGH_X / LOW_X) * (RIGHT - LEFT)
do for [i = 1:N] { WISH[i] = END_X[i] > 0 ? py(END_Y[i]) : TOP }

set label "memory of a waiting task (KiB), log scale" \
    at screen sx(EDGE), sy(TOP - 18) tc rgb INK
set label "tasks that wait at once, log scale" center \
    at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 56) tc rgb INK
set lmargin at screen sx(LEFT)
set rmargin at screen sx(RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set border 3
set logscale xy
set xrange [LOW_X:HIGH_X]
set yrange [LOW_Y:HIGH_Y]
eval "set xtics (".tics((RIGHT - LEFT) / log10(HIGH_X / LOW_X), 240).")"
eval "set ytics (".tics((BOTTOM - TOP) / log10(HIGH_Y / LOW_Y), 120).")"
set grid y noxtics
load HOME."ends.gp"

do for [h = 1:HOLE] {
    do for [pt = 2:4:2] {
        set label "" at screen sx(px(HOLE_X[h])), sy(TOP + 12 + 24 * BELOW[h]) \
            front point pt pt ps 1 lw 2.5 lc rgb color(HOLE_MODEL[h])
    }
}
do for [k = 1:NOTE] {
    m = word(NOTE_KEY[k], 1)
    y = BOTTOM + 64 + k * LINE
    text = sprintf("%s at %s: %s", spaced(m), NOTE_AT[k], \
        NOTE_KEY[k][strlen(m) + 2:*])
    if (k <= MOST_NOTES) {
        do for [pt = 2:4:2] {
            set label "" at screen sx(EDGE + 8), sy(y) point pt pt ps 1 \
                lw 2.5 lc rgb color(m)
        }
        set label clip(text, int((WIDTH - 2 * EDGE - 26) / CHAR)) \
            at screen sx(EDGE + 26), sy(y) tc rgb SOFT
    }
    if (k == MOST_NOTES + 1) {
        set label sprintf("and %d more", NOTE - MOST_NOTES) \
            at screen sx(EDGE + 26), sy(y) tc rgb SOFT
    }
}

scaled(c) = known(strcol(c)) ? kib(real(strcol(c))) : NaN
plot for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(scaled(3)):(scaled(4)) \
        with filledcurves fs transparent solid .18 noborder \
        lc rgb color(MODEL[i]), \
    for [i = 1:N] FILE index i - 1 using (val(strcol(1))):(scaled(2)) \
        with lines lw 3 lc rgb color(MODEL[i]), \
    for [i = 1:N] FILE index i - 1 using (val(strcol(1))):(scaled(2)) \
        with points pt shape(MODEL[i]) ps 1.35 * size(MODEL[i]) lc rgb BACK, \
    for [i = 1:N] FILE index i - 1 using (val(strcol(1))):(scaled(2)) \
        with points pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 \
        lc rgb color(MODEL[i])
