# SPDX-License-Identifier: MIT
# What each worker does of what one alone does: speed-up over workers, against
# workers. Unlike speed-up it cannot rise while workers get worse. Reads
# DATA.tsv, one gnuplot index a model:
#   workers efficiency low high serial serial_low serial_high
# (a model without a single value has one line of "?") and from DATA.gp SERIES,
# MODELi, LABELi, CORES, beyond which even the best can only fall, and
# WHOLE_CORES, without a core's second thread (0: work that waits, which no core
# bounds).

HOME = ARG0[1:strlen(ARG0) - strlen("efficiency.gp")]
load HOME."theme.gp"

if (WHOLE_CORES == 0) { WHOLE_CORES = CORES = 1e9 }
N = SERIES
LABEL_COLUMNS = 18
FILE = DATA.".tsv"
array MODEL[N]
array LABEL[N]
array END_X[N]
array END_Y[N]
array INSIDE[N]
MOST_X = 2
MOST_Y = 1
COUNTS = " "
note_count(x) = strstrt(COUNTS, sprintf(" %g ", x)) ? 0 : \
    (COUNTS = COUNTS.sprintf("%g ", x), 1)
look(s) = (MOST_Y = known(s) ? max(MOST_Y, real(s)) : MOST_Y)
note_point(i, x, y) = (END_X[i] = x, END_Y[i] = y, note_count(x), \
    INSIDE[i] = x <= WHOLE_CORES ? x : INSIDE[i], MOST_X = max(MOST_X, x))
read(i, x, y, low, high) = (look(y) + look(low) + look(high), \
    known(y) ? note_point(i, real(x), real(y)) : 0)
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    LABEL[i] = named(MODEL[i], value(sprintf("LABEL%d", i)))
    END_X[i] = 0
    INSIDE[i] = 0
    none = note_model(MODEL[i])
    stats FILE index i - 1 using (read(i, strcol(1), strcol(2), strcol(3), \
        strcol(4))) nooutput
}

HIGH_Y = 1.08 * MOST_Y
LOW_X = 2 ** -.15
HIGH_X = MOST_X * 2 ** .15
LEFT = EDGE + 52
TOP = TOP + 14 + 2 * LINE
LABELS = 0
do for [i = 1:N] {
    LABELS = max(LABELS, width(LABEL[i].(END_X[i] > 0 ? "" : ": no data"), \
        LABEL_COLUMNS))
}
RIGHT = WIDTH - EDGE - LABELS - 84
px(x) = LEFT + log(x / LOW_X) / log(HIGH_X / LOW_X) * (RIGHT - LEFT)
py(y) = BOTTOM - y / HIGH_Y * (BOTTOM - TOP)
array WISH[N]
do for [i = 1:N] { WISH[i] = END_X[i] > 0 ? py(END_Y[i]) : BOTTOM }
load HOME."ends.gp"

set label "efficiency: speed-up over workers (1 = each does as much as one alone)" \
    at screen sx(EDGE), sy(TOP - 12 - LINE) tc rgb INK
set label "workers (threads or processes), log scale" center \
    at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 56) tc rgb INK
if (WHOLE_CORES < HIGH_X) {
    set object rectangle behind from first WHOLE_CORES, graph 0 \
        to graph 1, graph 1 fillcolor rgb SHADE fillstyle solid 1 noborder
    set arrow from first WHOLE_CORES, graph 0 to first WHOLE_CORES, graph 1 \
        nohead dt (2, 4) lw 2.5 lc rgb SOFT back
    words_here = sprintf("%d core%s%s", WHOLE_CORES, \
        WHOLE_CORES == 1 ? "" : "s", \
        MOST_X > WHOLE_CORES ? ", then less than a core a worker" : "")
    set label words_here at screen \
        sx(min(px(WHOLE_CORES), WIDTH - EDGE - width(words_here, 999))), \
        sy(TOP - 12) tc rgb SOFT
}

set lmargin at screen sx(LEFT)
set rmargin at screen sx(RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set logscale x 2
set xrange [LOW_X:HIGH_X]
set yrange [0:HIGH_Y]
set ytics step(HIGH_Y, 7)
if (words(COUNTS) <= 8) {
    set xtics (1)
    do for [x in COUNTS] { set xtics add (x x + 0) }
} else {
    set xtics 2
}
set grid y noxtics
set samples 400

inside(x, y) = val(x) <= WHOLE_CORES ? val(y) : NaN
beyond(x, y) = val(x) > WHOLE_CORES ? val(y) : NaN
onward(i, x, y) = val(x) >= INSIDE[i] ? val(y) : NaN
plot min(1, CORES / x) with lines dt (6, 5) lw 2.5 lc rgb SOFT, \
    for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(val(strcol(3))):(val(strcol(4))) \
        with filledcurves fs transparent solid .18 noborder \
        lc rgb color(MODEL[i]), \
    for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(onward(i, strcol(1), strcol(2))) \
        with lines lw 3 lc rgb half(color(MODEL[i])), \
    for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(inside(strcol(1), strcol(2))) \
        with lines lw 3 lc rgb color(MODEL[i]), \
    for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(val(strcol(2))) with points \
        pt shape(MODEL[i]) ps 1.35 * size(MODEL[i]) lc rgb BACK, \
    for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(beyond(strcol(1), strcol(2))) with points \
        pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 \
        lc rgb half(color(MODEL[i])), \
    for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(inside(strcol(1), strcol(2))) with points \
        pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 lc rgb color(MODEL[i])
