# SPDX-License-Identifier: MIT
# Lines in one to three panels that share their series: the body of the charts
# whose x is swept. Of three panels the last two stand one above the other.
# Reads DATA.P.tsv for the panels P = 1..PANELS, one gnuplot index a series:
#   x y low high least most flat
# (a series without a single value has one line of "?"; what the sweep does not
# touch is flat, 1: a line without marks) and from DATA.gp PANELS, SERIES,
# MODELi, LABELi. Expects from its caller, for each panel p:
#   TITLES[p]      bold, above the panel ("": none), and below it
#   Y_LABEL[p]     what y is
#   Y_LOG[p]       logarithmic, or linear from 0
#   Y_LEAST[p], Y_MOST[p]  what y reaches at least, whatever the data
#   NAMED[p]       the lines are named at their right ends
#   REFERENCE[p]   what else is plotted, first, behind the data
#   NOTES[p]       commands that put words to that
# and X_LABEL, X_LOG (0, 2 or 10), PAD, the axis' margin as a part of it,
# SHARE, the left column's part of the width, and KEY, what grey lines are.
# A ribbon is the interval; marks of a CPython are hollow and have a bar from
# the least to the most instead.

N = SERIES
LABEL_COLUMNS = 19
array MODEL[N]
array LABEL[N]
LABELS = 0
HOLLOW = 0
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    LABEL[i] = named(MODEL[i], value(sprintf("LABEL%d", i)))
    LABELS = max(LABELS, width(LABEL[i].": no data", LABEL_COLUMNS))
    HOLLOW = HOLLOW + cpython(MODEL[i])
    none = note_model(MODEL[i])
}

# Extents of x over all panels, of y by panel; where each line ends.
array ENDS_X[PANELS * N]
array ENDS_Y[PANELS * N]
array LOW_YS[PANELS]
array HIGH_YS[PANELS]
LEAST_X = 1e300
MOST_X = 0
XTICS = ""
NTICS = 0
note_tic(x) = strstrt(XTICS.",", ", ".x.",") ? 0 : \
    (XTICS = XTICS.", ".x, NTICS = NTICS + 1, 0)
reach_x(x) = (LEAST_X = min(LEAST_X, x), MOST_X = max(MOST_X, x), 0)
reach_y(p, y) = Y_LOG[p] && y <= 0 ? 0 : \
    (LOW_YS[p] = min(LOW_YS[p], y), HIGH_YS[p] = max(HIGH_YS[p], y), 0)
look(p, s) = known(s) ? reach_y(p, real(s)) : 0
note_end(k, x, y) = (ENDS_X[k] = x, ENDS_Y[k] = y, 0)
read(p, k, x, y) = known(x) ? note_tic(x) + reach_x(real(x)) + \
    (known(y) && (real(y) > 0 || !Y_LOG[p]) ? \
    note_end(k, real(x), real(y)) : 0) : 0
do for [p = 1:PANELS] {
    LOW_YS[p] = Y_LEAST[p]
    HIGH_YS[p] = Y_MOST[p]
    do for [i = 1:N] {
        k = (p - 1) * N + i
        ENDS_X[k] = 0
        stats sprintf("%s.%d.tsv", DATA, p) index i - 1 \
            using (read(p, k, strcol(1), strcol(2)) + \
            look(p, strcol(2)) + (cpython(MODEL[i]) ? \
            look(p, strcol(5)) + look(p, strcol(6)) : \
            look(p, strcol(3)) + look(p, strcol(4)))) nooutput
    }
    if (HIGH_YS[p] <= 0) { LOW_YS[p] = HIGH_YS[p] = 1 }
    if (Y_LOG[p]) {
        # At least a decade, so that equals look equal.
        middle = sqrt(LOW_YS[p] * HIGH_YS[p])
        LOW_YS[p] = min(LOW_YS[p] / 1.3, middle / sqrt(10))
        HIGH_YS[p] = max(HIGH_YS[p] * 1.3, middle * sqrt(10))
    } else {
        HIGH_YS[p] = HIGH_YS[p] * 1.08
    }
}
if (MOST_X == 0) { none = reach_x(1) + reach_x(10) + note_tic("1") }
margin = X_LOG ? (max(MOST_X / max(LEAST_X, 1e-9), 2)) ** PAD : \
    PAD * max(MOST_X - LEAST_X, 1)
LOW_X = X_LOG ? LEAST_X / margin : LEAST_X - margin
HIGH_X = X_LOG ? MOST_X * margin : MOST_X + margin

# Where the panels stand.
COLUMNS = min(PANELS, 2)
START = EDGE + 62
GAP = 86
room(p) = NAMED[p] ? LABELS + 80 : 0
WIDE = WIDTH - EDGE - START - room(1) - \
    (COLUMNS == 1 ? 0 : GAP + max(room(2), 10))
HEAD = 14 + LINE * (TITLES[1] eq "" ? 1 : 2)
TOP = TOP + HEAD
ABOVE = TOP
BELOW = BOTTOM - (HOLLOW || KEY ne "" ? LINE + 6 : 0)
HALF = (BELOW - ABOVE - HEAD - 18) / 2.
array LEFTS[3] = [START, START + WIDE * SHARE + room(1) + GAP, 0]
LEFTS[3] = LEFTS[2]
array RIGHTS[3] = [START + WIDE * (COLUMNS == 1 ? 1 : SHARE), 0, 0]
RIGHTS[2] = LEFTS[2] + WIDE * (1 - SHARE)
RIGHTS[3] = RIGHTS[2]
array TOPS[3] = [ABOVE, ABOVE, BELOW - HALF]
array BOTTOMS[3] = [BELOW, PANELS == 3 ? ABOVE + HALF : BELOW, BELOW]
fraction(p, y) = Y_LOG[p] ? \
    log(y / LOW_YS[p]) / log(HIGH_YS[p] / LOW_YS[p]) : \
    (y - LOW_YS[p]) / (HIGH_YS[p] - LOW_YS[p])
py(p, y) = BOTTOMS[p] - fraction(p, y) * (BOTTOMS[p] - TOPS[p])

set label KEY at screen sx(EDGE), sy(HEIGHT - 20 - LINE) tc rgb SOFT
if (HOLLOW) {
    set label "hollow: CPython, bar = min to max" right \
        at screen sx(WIDTH - EDGE), sy(HEIGHT - 20 - LINE) tc rgb SOFT
}
set xrange [LOW_X:HIGH_X]
set samples 400
array END_X[N]
array END_Y[N]
array WISH[N]
model_y(i, y) = cpython(MODEL[i]) ? NaN : val(y)
marked_y(i, y, flat) = cpython(MODEL[i]) || flat eq "1" ? NaN : val(y)
cpython_y(i, y, flat) = cpython(MODEL[i]) && flat ne "1" ? val(y) : NaN
level_y(i, y, flat) = cpython(MODEL[i]) && flat eq "1" ? val(y) : NaN
or_else(s, y) = known(s) ? real(s) : val(y)

set multiplot
do for [p = 1:PANELS] {
    FILE = sprintf("%s.%d.tsv", DATA, p)
    LEFT = LEFTS[p]
    RIGHT = RIGHTS[p]
    TOP = TOPS[p]
    BOTTOM = BOTTOMS[p]
    set lmargin at screen sx(LEFT)
    set rmargin at screen sx(RIGHT)
    set tmargin at screen sy(TOP)
    set bmargin at screen sy(BOTTOM)
    set label TITLES[p] at screen sx(LEFT), sy(TOP - 16 - LINE) \
        font bold(EM) tc rgb INK
    set label Y_LABEL[p] at screen sx(LEFT - 40), sy(TOP - 16) tc rgb INK
    unset logscale
    if (X_LOG) { set logscale x X_LOG }
    if (Y_LOG[p]) {
        set logscale y
        decade = (BOTTOM - TOP) / log10(HIGH_YS[p] / LOW_YS[p])
        eval "set ytics (".tics(decade, 90).")"
    } else {
        set ytics autofreq step(HIGH_YS[p] - LOW_YS[p], \
            BOTTOM - TOP > 250 ? 7 : 4)
    }
    set format y HIGH_YS[p] >= 1e6 ? "%.0f" : "%g"
    set yrange [LOW_YS[p]:HIGH_YS[p]]
    # Counts have a tic each, as long as there is room for them.
    if (X_LOG == 2 && NTICS * 60 <= RIGHT - LEFT) {
        eval "set xtics (".XTICS[3:*].")"
    } else {
        if (X_LOG) {
            eval "set xtics (".tics((RIGHT - LEFT) / \
                max(1, log10(MOST_X / LEAST_X)), 180).")"
        } else {
            set xtics autofreq step(max(MOST_X - LEAST_X, 1), 6)
        }
    }
    if (BOTTOM < BELOW) {
        set format x ""
    } else {
        set format x "%g"
        set label X_LABEL center at screen sx((LEFT + RIGHT) / 2), \
            sy(BOTTOM + 50) tc rgb INK
    }
    set grid y noxtics
    do for [i = 1:N] {
        END_X[i] = ENDS_X[(p - 1) * N + i]
        END_Y[i] = END_X[i] > 0 ? ENDS_Y[(p - 1) * N + i] : 1
        WISH[i] = END_X[i] > 0 ? py(p, END_Y[i]) : TOP
    }
    if (NAMED[p]) { load HOME."ends.gp" }
    eval NOTES[p]

    eval "plot ".REFERENCE[p].", \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(model_y(i, strcol(3))): \
            (model_y(i, strcol(4))) \
            with filledcurves fs transparent solid .18 noborder \
            lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(model_y(i, strcol(2))) \
            with lines lw 3 lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(level_y(i, strcol(2), strcol(7))) \
            with lines lw 3 dt (2, 3) lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(marked_y(i, strcol(2), strcol(7))) \
            with points pt SHAPE[place(MODEL[i])] \
            ps 1.35 * size(MODEL[i]) lc rgb BACK, \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(marked_y(i, strcol(2), strcol(7))) \
            with points pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 \
            lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(cpython_y(i, strcol(2), strcol(7))): \
            (or_else(strcol(5), strcol(2))):(or_else(strcol(6), strcol(2))) \
            with yerrorbars pt -1 lw 2.5 lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(cpython_y(i, strcol(2), strcol(7))) \
            with points pt SHAPE[place(MODEL[i])] \
            ps 1.3 * size(MODEL[i]) lc rgb BACK, \
        for [i = 1:N] FILE index i - 1 \
            using (val(strcol(1))):(cpython_y(i, strcol(2), strcol(7))) \
            with points pt shape(MODEL[i]) ps 1.3 * size(MODEL[i]) lw 3 \
            lc rgb color(MODEL[i])"
    unset label
    unset arrow
    unset object
}
unset multiplot
