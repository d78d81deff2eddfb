# SPDX-License-Identifier: MIT
# Speed-up over the baseline against workers: does the second core help, and
# what do more workers than cores do? Reads DATA.tsv, one gnuplot index a model:
#   workers speedup low high bound refused
# (a model without a single value has one line of "?"; what is refused, being
# beyond its bound, has 1 at the end and "?" for its figures), DATA.bound.tsv:
#   workers bound
# and from DATA.gp SERIES, MODELi, LABELi, BASELINE, the baseline's name, FITi,
# the name of a fitted law or "" (FITi_UNIT, _SIGMA, _KAPPA, _MOST), CORES, all
# that can run at once, and WHOLE_CORES, without a core's second thread (0: work
# that waits, which no core bounds). Points beyond the whole cores are drawn in a
# second shade.

HOME = ARG0[1:strlen(ARG0) - strlen("scaling.gp")]
load HOME."theme.gp"

if (WHOLE_CORES == 0) { WHOLE_CORES = 1e9 }
N = SERIES
LABEL_COLUMNS = 18
FILE = DATA.".tsv"
array MODEL[N]
array LABEL[N]
array END_X[N]
array END_Y[N]
array INSIDE[N]
array FIT[N]
array SOUND[N]  # has a point that is not refused
MOST_X = 2
MOST_Y = 1
COUNTS = " "
note_count(x) = strstrt(COUNTS, sprintf(" %g ", x)) ? 0 : \
    (COUNTS = COUNTS.sprintf("%g ", x), 1)
look(s) = (MOST_Y = known(s) ? max(MOST_Y, real(s)) : MOST_Y)
note_point(i, x, y) = (SOUND[i] = 1, END_X[i] = x, END_Y[i] = y, note_count(x), \
    INSIDE[i] = x <= WHOLE_CORES ? x : INSIDE[i], MOST_X = max(MOST_X, x))
REFUSED = 0
note_refused(i, x, bound) = (REFUSED = 1, note_count(x), \
    MOST_X = max(MOST_X, x), look(bound), known(bound) && !SOUND[i] ? \
    (END_X[i] = x, END_Y[i] = real(bound)) : 0)
read(i, x, y, low, high, bound, refused) = \
    (look(y) + look(low) + look(high), \
    known(y) ? note_point(i, real(x), real(y)) : \
    refused eq "1" ? note_refused(i, real(x), bound) : 0)
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    LABEL[i] = named(MODEL[i], value(sprintf("LABEL%d", i)))
    END_X[i] = 0
    INSIDE[i] = 0
    SOUND[i] = 0
    FIT[i] = value(sprintf("FIT%d", i))
    if (FIT[i] ne "") { LABEL[i] = LABEL[i].", ".FIT[i] }
    none = note_model(MODEL[i])
    stats FILE index i - 1 using (read(i, strcol(1), strcol(2), strcol(3), \
        strcol(4), strcol(5), strcol(6))) nooutput
}

# The bound is named where it has left the ideal.
BENT_Y = 0
bend(x, y) = BENT_Y == 0 && y < .99 * x ? (BENT_Y = y) : 0
stats DATA.".bound.tsv" using (bend($1, val(strcol(2)))) nooutput

# The fitted laws, each as far as it was fitted.
fit_of(i, what) = value(sprintf("FIT%d_%s", i, what))
law(i, x) = fit_of(i, "UNIT") * x / (1 + (x - 1) * \
    (fit_of(i, "SIGMA") + fit_of(i, "KAPPA") * x))
FITTED = 0
set print $FITTED
do for [i = 1:N] {
    if (FIT[i] eq "") { print "?\t?" } else {
        FITTED = 1
        do for [k = 0:100] {
            x = fit_of(i, "MOST") ** (k / 100.)
            print sprintf("%.6g\t%.6g", x, law(i, x))
        }
    }
    print ""
    print ""
}
set print

# The ideal line and the core count stay in view, unless they would flatten all
# the rest.
reach = min(WHOLE_CORES, MOST_X)
HIGH_Y = max(1.12 * MOST_Y, min(1.12 * reach, 2.5 * MOST_Y))
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

set label sprintf("speed-up over %s", exists("BASELINE") ? \
    spaced(BASELINE) : "the baseline") \
    at screen sx(EDGE), sy(TOP - 12 - LINE) tc rgb INK
set label "workers (threads or processes), log scale" center \
    at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 56) tc rgb INK

# References. The ideal has its corners where the data have theirs: between
# them a straight line on this axis would run above the ideal's own curve.
set print $IDEAL
do for [x in words(COUNTS) == 0 ? "1 2" : COUNTS] { print x }
set print
if (MOST_X > HIGH_Y) {
    set label "ideal" at screen sx(px(HIGH_Y) + 12), sy(TOP + 12) tc rgb SOFT
} else {
    set label "ideal" right at screen sx(px(MOST_X) - 40), sy(py(MOST_X)) \
        tc rgb SOFT
}
if (WHOLE_CORES < HIGH_X) {
    set object rectangle behind from first WHOLE_CORES, graph 0 \
        to graph 1, graph 1 fillcolor rgb SHADE fillstyle solid 1 noborder
    set arrow from first WHOLE_CORES, graph 0 to first WHOLE_CORES, graph 1 \
        nohead dt (2, 4) lw 2.5 lc rgb SOFT back
    words_here = sprintf("%d core%s%s%s", WHOLE_CORES, \
        WHOLE_CORES == 1 ? "" : "s", \
        WHOLE_CORES < CORES ? sprintf(" with %d threads", CORES) : "", \
        MOST_X > CORES ? ", then more workers than cores" : "")
    set label words_here at screen \
        sx(min(px(WHOLE_CORES), WIDTH - EDGE - width(words_here, 999))), \
        sy(TOP - 12) tc rgb SOFT
}
if (BENT_Y > 0 && BENT_Y < .9 * HIGH_Y && MOST_X > 1.9 * BENT_Y) {
    set label "bound" right at screen sx(px(MOST_X) - 12), \
        sy(py(BENT_Y) - 14) tc rgb SOFT
}
remarks = (FITTED ? "dotted = fitted law" : "").(FITTED && REFUSED ? ", " : \
    "").(REFUSED ? "× = refused: beyond its bound" : "")
set label remarks right at screen sx(WIDTH - EDGE), sy(BOTTOM + 56) \
    tc rgb SOFT

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

# Up to the cores in full colour, on from there in the second shade. A mark
# stands out from those below it by a rim of paper.
inside(x, y) = val(x) <= WHOLE_CORES ? val(y) : NaN
beyond(x, y) = val(x) > WHOLE_CORES ? val(y) : NaN
refused(s, bound) = s eq "1" ? val(bound) : NaN
onward(i, x, y) = val(x) >= INSIDE[i] ? val(y) : NaN
plot $IDEAL using 1:1 smooth unique with lines dt (6, 5) lw 2.5 lc rgb SOFT, \
    DATA.".bound.tsv" using (val(strcol(1))):(val(strcol(2))) \
        with lines dt (12, 4) lw 2 lc rgb SOFT, \
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
        pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 lc rgb color(MODEL[i]), \
    for [i = 1:N] $FITTED index i - 1 using (val(strcol(1))):(val(strcol(2))) \
        with lines dt (1, 3) lw 2.5 lc rgb INK, \
    for [i = 1:N] FILE index i - 1 \
        using (val(strcol(1))):(refused(strcol(6), strcol(5))) with points \
        pt 2 ps 1.6 lw 4 lc rgb color(MODEL[i])
