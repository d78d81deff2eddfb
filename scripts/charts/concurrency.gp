# SPDX-License-Identifier: MIT
# How a model bears more and more tasks at once: wall time over the ideal
# against tasks in flight, for two workloads side by side on the same scales.
# Reads DATA.1.tsv and DATA.2.tsv, one gnuplot index a model:
#   inflight factor low high
# (a model without a single value has one line of "?"), DATA.holes.tsv:
#   panel inflight model reason
# and from DATA.gp PANEL1_TITLE, PANEL2_TITLE, SERIES, MODELi, LABELi, NHOLES.
# What was refused is a crossed box at the panel's upper edge, explained below.

HOME = ARG0[1:strlen(ARG0) - strlen("concurrency.gp")]
load HOME."theme.gp"

N = SERIES
LABEL_COLUMNS = 15
MOST_NOTES = 4
HOLES = DATA.".holes.tsv"
array MODEL[N]
array LABEL[N]
LABELS = 0
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    LABEL[i] = named(MODEL[i], value(sprintf("LABEL%d", i)))
    LABELS = max(LABELS, width(LABEL[i], LABEL_COLUMNS))
    none = note_model(MODEL[i])
}

# Extents over both panels, and where each line ends.
array ENDS_X[2 * N]
array ENDS_Y[2 * N]
LEAST_X = 1e300
MOST_X = 0
LEAST_Y = 1
MOST_Y = 4
reach_x(x) = (LEAST_X = min(LEAST_X, x), MOST_X = max(MOST_X, x), 0)
reach_y(y) = (LEAST_Y = min(LEAST_Y, y), MOST_Y = max(MOST_Y, y), 0)
look(s) = known(s) ? reach_y(real(s)) : 0
note_end(k, x, y) = (ENDS_X[k] = x, ENDS_Y[k] = y, reach_x(x))
read(k, x, y, low, high) = look(y) + look(low) + look(high) + \
    (known(y) ? note_end(k, real(x), real(y)) : 0)
do for [k = 1:2 * N] {
    ENDS_X[k] = 0
    stats sprintf("%s.%d.tsv", DATA, k > N ? 2 : 1) index (k - 1) % N \
        using (read(k, strcol(1), strcol(2), strcol(3), strcol(4))) nooutput
}

# The holes, each a mark, and the notes that explain them: one for all holes of
# a model that have the same reason. STACK is how many share a place.
array HOLE_PANEL[NHOLES + 1]
array HOLE_X[NHOLES + 1]
array HOLE_MODEL[NHOLES + 1]
array BELOW[NHOLES + 1]
array NOTE_KEY[NHOLES + 1]
array NOTE_AT[NHOLES + 1]
array NOTES[2] = [0, 0]
HOLE = 0
NOTE = 0
STACK = 0
key(p, m, why) = sprintf("%d %s %s", p, m, why)
seek(k, i) = i > NOTE ? 0 : NOTE_KEY[i] eq k ? i : seek(k, i + 1)
new_note(p, k, at) = (NOTE = NOTE + 1, NOTES[p] = NOTES[p] + 1, \
    NOTE_KEY[NOTE] = k, NOTE_AT[NOTE] = at, 0)
old_note(i, at) = (NOTE_AT[i] = NOTE_AT[i].", ".at, 0)
note(p, k, at) = seek(k, 1) ? old_note(seek(k, 1), at) : new_note(p, k, at)
same(p, x, i) = i < 1 ? 0 : \
    (HOLE_PANEL[i] == p && HOLE_X[i] == x) + same(p, x, i - 1)
stacked(p, x) = (BELOW[HOLE] = same(p, x, HOLE - 1), \
    STACK = max(STACK, BELOW[HOLE] + 1), 0)
note_hole(p, x, m, why) = (HOLE = HOLE + 1, HOLE_PANEL[HOLE] = p, \
    HOLE_X[HOLE] = x, HOLE_MODEL[HOLE] = m, stacked(p, x) + reach_x(x) + \
    note_model(m) + note(p, key(p, m, why), sprintf("%.0f", x)))
if (NHOLES > 0) {
    stats HOLES using (note_hole(int($1), $2, strcol(3), strcol(4))) nooutput
}
if (MOST_X == 0) { none = reach_x(10) + reach_x(1000) }
LISTED = min(MOST_NOTES + 1, max(NOTES[1], NOTES[2]))

LOW_X = LEAST_X / 1.5
HIGH_X = MOST_X * 1.5
LOW_Y = LEAST_Y / 1.25
TOP = TOP + 20 + 2 * LINE
BOTTOM = BOTTOM - (LISTED > 0 ? LISTED * LINE + 10 : 0)
# The marks of the holes hang from the upper edge, above all data.
free = 1 - (24. * STACK + 20) / (BOTTOM - TOP)
HIGH_Y = LOW_Y * (1.1 * MOST_Y / LOW_Y) ** (1 / free)
START = EDGE + 44
NAMED = LABELS + 76
GAP = 28
PANEL = (WIDTH - EDGE - START - GAP) / 2. - NAMED
left(p) = START + (p - 1) * (PANEL + NAMED + GAP)
py(y) = BOTTOM - log(y / LOW_Y) / log(HIGH_Y / LOW_Y) * (BOTTOM - TOP)
px(p, x) = left(p) + log(x / LOW_X) / log(HIGH_X / LOW_X) * PANEL

set label "wall time over the ideal (1 = nothing lost), log scale" \
    at screen sx(EDGE), sy(TOP - 18 - LINE) tc rgb INK
set border 3
set logscale xy
set xrange [LOW_X:HIGH_X]
set yrange [LOW_Y:HIGH_Y]
eval "set xtics (".tics(PANEL / log10(HIGH_X / LOW_X), 180).")"
eval "set ytics (".tics((BOTTOM - TOP) / log10(HIGH_Y / LOW_Y), 90).")"
set grid y noxtics
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
array END_X[N]
array END_Y[N]
array WISH[N]

set multiplot
do for [p = 1:2] {
    FILE = sprintf("%s.%d.tsv", DATA, p)
    LEFT = left(p)
    RIGHT = LEFT + PANEL
    set lmargin at screen sx(LEFT)
    set rmargin at screen sx(RIGHT)
    set label value(sprintf("PANEL%d_TITLE", p)) \
        at screen sx(LEFT), sy(TOP - 16) font bold(EM) tc rgb INK
    set label "tasks in flight, log scale" center \
        at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 56) tc rgb INK
    do for [i = 1:N] {
        END_X[i] = ENDS_X[(p - 1) * N + i]
        END_Y[i] = END_X[i] > 0 ? ENDS_Y[(p - 1) * N + i] : 1
        WISH[i] = END_X[i] > 0 ? py(END_Y[i]) : TOP
    }
    load HOME."ends.gp"

    do for [h = 1:HOLE] {
        if (HOLE_PANEL[h] == p) {
            do for [mark = 2:4:2] {
                set label "" at screen sx(px(p, HOLE_X[h])), \
                    sy(TOP + 12 + 24 * BELOW[h]) front point pt mark \
                    ps 1 lw 2.5 lc rgb color(HOLE_MODEL[h])
            }
        }
    }
    row = 0
    do for [k = 1:NOTE] {
        if (word(NOTE_KEY[k], 1) == p) {
            row = row + 1
            m = word(NOTE_KEY[k], 2)
            y = BOTTOM + 64 + row * LINE
            why = NOTE_KEY[k][strlen(m) + 4:*]
            text = sprintf("%s at %s: %s", spaced(m), NOTE_AT[k], why)
            do for [mark = 2:4:2] {
                if (row <= MOST_NOTES) {
                    set label "" at screen sx(LEFT), sy(y) point pt mark ps 1 \
                        lw 2.5 lc rgb color(m)
                }
            }
            if (row <= MOST_NOTES) {
                set label clip(text, int((PANEL + NAMED - 18) / CHAR)) \
                    at screen sx(LEFT + 18), sy(y) tc rgb SOFT
            }
            if (row == MOST_NOTES + 1) {
                set label sprintf("and %d more", NOTES[p] - MOST_NOTES) \
                    at screen sx(LEFT + 18), sy(y) tc rgb SOFT
            }
        }
    }

    plot 1 with lines dt (6, 5) lw 2.5 lc rgb SOFT, \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(val(strcol(3))):(val(strcol(4))) \
            with filledcurves fs transparent solid .18 noborder \
            lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(val(strcol(2))) \
            with lines lw 3 lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(val(strcol(2))) with points \
            pt shape(MODEL[i]) ps 1.35 * size(MODEL[i]) lc rgb BACK, \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(val(strcol(2))) with points \
            pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 lc rgb color(MODEL[i])
    unset label
    unset arrow
    set format y ""
}
unset multiplot
