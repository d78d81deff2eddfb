# SPDX-License-Identifier: MIT
# How long requests wait under each model: on the left all percentiles at one
# load, against 1/(1-p), so that 99 and 99.9 get the room they deserve; on the
# right one percentile, and the median, against the load. Both on the same
# scale. Reads DATA.percentiles.tsv, one gnuplot index a model:
#   1/(1-p) percent latency low high service low high valid|flagged
# DATA.load.tsv, likewise:
#   x latency low high median low high valid|flagged
# (a model without a single value has one line of "?") and from DATA.gp SERIES,
# MODELi, LABELi, AT, SHARE ("p99" or "median"), and AXIS: what x counts, ""
# without a sweep, and then there is no right half.
# Dashed grey is service time alone. What is flagged has a hole in its mark.

HOME = ARG0[1:strlen(ARG0) - strlen("latency.gp")]
load HOME."theme.gp"

N = SERIES
PANELS = AXIS eq "" ? 1 : 2
LABEL_COLUMNS = PANELS == 1 ? 18 : 13
array FILE[2] = [DATA.".percentiles.tsv", DATA.".load.tsv"]
array MODEL[N]
array LABEL[N]
LABELS = 0
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    LABEL[i] = named(MODEL[i], value(sprintf("LABEL%d", i)))
    LABELS = max(LABELS, width(LABEL[i].": no data", LABEL_COLUMNS))
    none = note_model(MODEL[i])
}

# Extents: of each panel's x, and of both panels' y; where each line ends.
array ENDS_X[2 * N]
array ENDS_Y[2 * N]
array LEAST_X[2] = [1, 1e300]
array MOST_XS[2] = [10, 0]
LEAST_Y = 1e300
MOST_Y = 0
reach_y(s) = known(s) ? (LEAST_Y = min(LEAST_Y, real(s)), \
    MOST_Y = max(MOST_Y, real(s)), 0) : 0
reach_x(p, x) = (LEAST_X[p] = min(LEAST_X[p], x), \
    MOST_XS[p] = max(MOST_XS[p], x), 0)
note_end(p, k, x, y) = (ENDS_X[k] = x, ENDS_Y[k] = y, reach_x(p, x))
XTICS = ""
NTICS = 0
note_tic(x) = strstrt(XTICS.",", ", ".x.",") ? 0 : \
    (XTICS = XTICS.", ".x, NTICS = NTICS + 1, 0)
read(p, k, x, y) = known(y) ? note_end(p, k, real(x), real(y)) : 0
do for [i = 1:N] {
    ENDS_X[i] = 0
    ENDS_X[N + i] = 0
    stats FILE[1] index i - 1 using (read(1, i, strcol(1), strcol(3)) + \
        reach_y(strcol(3)) + reach_y(strcol(4)) + reach_y(strcol(5)) + \
        reach_y(strcol(6))) nooutput
    stats FILE[2] index i - 1 using (read(2, N + i, strcol(1), strcol(2)) + \
        (known(strcol(1)) ? note_tic(strcol(1)) : 0) + \
        reach_y(strcol(2)) + reach_y(strcol(3)) + reach_y(strcol(4)) + \
        reach_y(strcol(5))) nooutput
}
if (MOST_Y == 0) { LEAST_Y = .1; MOST_Y = 10 }
if (MOST_XS[2] == 0) {
    none = reach_x(2, 1) + reach_x(2, 10) + note_tic("1")
}
# At least a decade, so that equal models look equal.
middle = sqrt(LEAST_Y * MOST_Y)
LOW_Y = min(LEAST_Y / 1.25, middle / sqrt(10))
HIGH_Y = max(MOST_Y * 1.25, middle * sqrt(10))

TOP = TOP + 20 + 3 * LINE
START = EDGE + 60
NAMED = LABELS + 80
GAP = PANELS == 1 ? 0 : 20
PANEL = (WIDTH - EDGE - START - GAP) / real(PANELS) - NAMED
left(p) = START + (p - 1) * (PANEL + NAMED + GAP)
py(y) = BOTTOM - log(y / LOW_Y) / log(HIGH_Y / LOW_Y) * (BOTTOM - TOP)

set label "latency from the intended start (ms), log scale" \
    at screen sx(EDGE), sy(TOP - 22 - 2 * LINE) tc rgb INK
set border 3
set logscale xy
set yrange [LOW_Y:HIGH_Y]
eval "set ytics (".tics((BOTTOM - TOP) / log10(HIGH_Y / LOW_Y), 90).")"
set grid y noxtics
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
array END_X[N]
array END_Y[N]
array WISH[N]
array TITLE_OF[2] = [AT, \
    sprintf("%s against %s", SHARE, \
    AXIS eq "requests per second" ? "load" : AXIS)]
array HINT[2] = ["dashed grey: service time alone", \
    SHARE eq "median" ? "" : "dotted: the median"]
array X_LABEL[2] = ["% of requests answered by then", AXIS.", log scale"]
hole(s, y) = s eq "flagged" ? val(y) : NaN

set multiplot
do for [p = 1:PANELS] {
    LEFT = left(p)
    RIGHT = LEFT + PANEL
    MOST_X = MOST_XS[p]
    set lmargin at screen sx(LEFT)
    set rmargin at screen sx(RIGHT)
    set xrange [LEAST_X[p] / 1.08:MOST_X * 1.08]
    if (p == 1) {
        set xtics ("0" 1, "50" 2, "90" 10, "99" 100, "99.9" 1000, \
            "99.99" 10000)
    }
    # Each load has a tic, as long as there is room for them.
    if (p == 2 && NTICS * 60 <= PANEL) {
        eval "set xtics (".XTICS[3:*].")"
    }
    if (p == 2 && NTICS * 60 > PANEL) {
        eval "set xtics (".\
            tics(PANEL / max(1, log10(MOST_X / LEAST_X[2])), 180).")"
    }
    set label TITLE_OF[p] at screen sx(LEFT), sy(TOP - 18 - LINE) \
        font bold(EM) tc rgb INK
    set label HINT[p] at screen sx(LEFT), sy(TOP - 16) tc rgb SOFT
    set label X_LABEL[p] center \
        at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 56) tc rgb INK
    do for [i = 1:N] {
        END_X[i] = ENDS_X[(p - 1) * N + i]
        END_Y[i] = END_X[i] > 0 ? ENDS_Y[(p - 1) * N + i] : 1
        WISH[i] = END_X[i] > 0 ? py(END_Y[i]) : TOP
    }
    load HOME."ends.gp"

    # The columns of a panel: latency and, behind it, its interval; standing.
    Y = p == 1 ? 3 : 2
    STANDING = p == 1 ? 9 : 8
    DASHED = p == 1 ? N : 0
    DOTTED = p == 2 && SHARE ne "median" ? N : 0
    plot for [i = 1:N] FILE[p] index i - 1 \
            using (val(strcol(1))):(val(strcol(Y + 1))):(val(strcol(Y + 2))) \
            with filledcurves fs transparent solid .18 noborder \
            lc rgb color(MODEL[i]), \
        for [i = 1:DASHED] FILE[p] index i - 1 \
            using (val(strcol(1))):(val(strcol(6))) \
            with lines dt (6, 5) lw 2.5 lc rgb SOFT, \
        for [i = 1:DOTTED] FILE[p] index i - 1 \
            using (val(strcol(1))):(val(strcol(5))) \
            with lines dt (2, 4) lw 2.5 lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE[p] index i - 1 \
            using (val(strcol(1))):(val(strcol(Y))) \
            with lines lw 3 lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE[p] index i - 1 \
            using (val(strcol(1))):(val(strcol(Y))) with points \
            pt shape(MODEL[i]) ps 1.35 * size(MODEL[i]) lc rgb BACK, \
        for [i = 1:N] FILE[p] index i - 1 \
            using (val(strcol(1))):(val(strcol(Y))) with points \
            pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 lc rgb color(MODEL[i]), \
        for [i = 1:N] FILE[p] index i - 1 \
            using (val(strcol(1))):(hole(strcol(STANDING), strcol(Y))) \
            with points pt 7 ps .5 lc rgb BACK
    unset label
    unset arrow
    set format y ""
}
unset multiplot
