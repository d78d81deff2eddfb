# SPDX-License-Identifier: MIT
# What a request costs a server, how many it answers, how long one of a hundred
# waits at least, and what an open connection holds, against the connections
# that are open; a line for each model, median and interval.
# Reads of DATA-metrics.tsv the rows of panel 1 and of METRICS:
#   panel x model label workers metric estimate low high min max n
# and from DATA.gp SERIES, MODELi, LABELi. Four panels, two in a row.

HOME = ARG0[1:strlen(ARG0) - strlen("servers.gp")]
load HOME."theme.gp"

N = SERIES
FILE = DATA."-metrics.tsv"
array METRICS[4] = ["cpu_per_request_ns", "requests_per_s", "latency_p99_ns", \
    "held_bytes"]
array TITLES[4] = ["CPU of the server for a request (µs)", \
    "requests answered per second", "99th percentile of the latency (ms)", \
    "memory for its connections (KiB)"]
array SCALE[4] = [1e-3, 1, 1e-6, 1 / 1024.]

LABEL_COLUMNS = 16
array MODEL[N]
array LABEL[N]
array RAW[N]
LABELS = 0
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    RAW[i] = value(sprintf("LABEL%d", i))
    LABEL[i] = named(MODEL[i], RAW[i])
    LABELS = max(LABELS, width(LABEL[i].": no data", LABEL_COLUMNS))
    none = note_model(MODEL[i])
}

# Extents of x over all panels, of y by panel; where each line ends. All axes
# are logarithmic: a model that holds nothing has no mark there.
array ENDS_X[4 * N]
array ENDS_Y[4 * N]
array LOW_YS[4]
array HIGH_YS[4]
LEAST_X = 1e300
MOST_X = 0
XTICS = ""
series(s, i) = i > N ? 0 : RAW[i] eq s ? i : series(s, i + 1)
note_tic(x) = strstrt(XTICS.",", ", ".x.",") ? 0 : (XTICS = XTICS.", ".x, 0)
reach_x(x) = (LEAST_X = min(LEAST_X, x), MOST_X = max(MOST_X, x), 0)
reach_y(m, y) = y <= 0 ? 0 : \
    (LOW_YS[m] = min(LOW_YS[m], y), HIGH_YS[m] = max(HIGH_YS[m], y), 0)
look(m, s) = known(s) ? reach_y(m, SCALE[m] * number(s)) : 0
note_end(k, x, y) = (ENDS_X[k] = x, ENDS_Y[k] = y, 0)
read(m, x, s, y, low, high) = note_tic(x) + reach_x(number(x)) + \
    look(m, y) + look(m, low) + look(m, high) + \
    (known(y) && number(y) > 0 && series(s, 1) > 0 ? \
    note_end((m - 1) * N + series(s, 1), number(x), SCALE[m] * number(y)) : 0)
do for [m = 1:4] {
    LOW_YS[m] = 1e300
    HIGH_YS[m] = 0
    do for [i = 1:N] { ENDS_X[(m - 1) * N + i] = 0 }
    stats FILE using (strcol(6) eq METRICS[m] && int($1) == 1 && \
        known(strcol(2)) ? read(m, strcol(2), strcol(4), strcol(7), \
        strcol(8), strcol(9)) : 0) nooutput
    if (HIGH_YS[m] <= 0) { LOW_YS[m] = HIGH_YS[m] = 1 }
    # At least a decade, so that equals look equal.
    middle = sqrt(LOW_YS[m] * HIGH_YS[m])
    LOW_YS[m] = min(LOW_YS[m] / 1.3, middle / sqrt(10))
    HIGH_YS[m] = max(HIGH_YS[m] * 1.3, middle * sqrt(10))
}
if (MOST_X == 0) { none = reach_x(1) + reach_x(10) + note_tic("1") }

GAP = 30
START = EDGE + 58
NAMED = LABELS + 80
PANEL = (WIDTH - EDGE - START - GAP - 58 - 2 * NAMED) / 2.
FIRST = TOP + 4
TALL_ROW = (HEIGHT - 48 - LINE - FIRST) / 2.
py(m, y) = BOTTOM - log(y / LOW_YS[m]) / log(HIGH_YS[m] / LOW_YS[m]) * \
    (BOTTOM - TOP)

set label "connections held open (both axes log scale)" center \
    at screen .5, sy(HEIGHT - 30 - LINE) tc rgb INK
set border 3
set logscale xy
set xrange [LEAST_X / 1.3:max(MOST_X, LEAST_X * 2) * 1.3]
eval "set xtics (".XTICS[3:*].")"
set grid y noxtics
set format y "%g"
array END_X[N]
array END_Y[N]
array WISH[N]

set datafile missing NaN
set multiplot
do for [m = 1:4] {
    LEFT = START + ((m - 1) % 2) * (PANEL + NAMED + GAP + 58)
    RIGHT = LEFT + PANEL
    TOP = FIRST + ((m - 1) / 2) * TALL_ROW + 2.4 * LINE
    BOTTOM = FIRST + ((m - 1) / 2 + 1) * TALL_ROW - 1.5 * LINE
    set lmargin at screen sx(LEFT)
    set rmargin at screen sx(RIGHT)
    set tmargin at screen sy(TOP)
    set bmargin at screen sy(BOTTOM)
    set yrange [LOW_YS[m]:HIGH_YS[m]]
    eval "set ytics (".tics((BOTTOM - TOP) / \
        log10(HIGH_YS[m] / LOW_YS[m]), 90).")"
    set label TITLES[m] at screen sx(LEFT - 48), sy(TOP - 25) \
        font bold(EM) tc rgb INK
    LINES = ""
    do for [i = 1:N] {
        if (ENDS_X[(m - 1) * N + i] > 0) { LINES = LINES.sprintf(" %d", i) }
        END_X[i] = ENDS_X[(m - 1) * N + i]
        END_Y[i] = END_X[i] > 0 ? ENDS_Y[(m - 1) * N + i] : LOW_YS[m]
        WISH[i] = END_X[i] > 0 ? py(m, END_Y[i]) : BOTTOM
    }
    # In an event loop connections may hold no memory that can be seen.
    NO_END = m == 4 ? ": none" : ": no data"
    load HOME."ends.gp"

    at_x(i) = strcol(6) eq METRICS[m] && int(strcol(1)) == 1 && \
        strcol(4) eq RAW[i] ? val(strcol(2)) : NaN
    scaled(c) = val(strcol(c)) > 0 ? SCALE[m] * val(strcol(c)) : NaN
    end(c) = known(strcol(c)) ? scaled(c) : scaled(7)
    if (LINES eq "") {
        plot LOW_YS[m] with lines lc rgb SOFT
    } else {
        plot LOW_YS[m] with lines lc rgb SOFT, \
            for [w in LINES] FILE \
                using (at_x(int(w))):(scaled(7)):(end(8)):(end(9)) \
                with yerrorbars pt 0 lw 2 lc rgb color(MODEL[int(w)]), \
            for [w in LINES] FILE using (at_x(int(w))):(scaled(7)) \
                with lines lw 3 lc rgb color(MODEL[int(w)]), \
            for [w in LINES] FILE using (at_x(int(w))):(scaled(7)) with points \
                pt shape(MODEL[int(w)]) ps 1.35 * size(MODEL[int(w)]) \
                lc rgb BACK, \
            for [w in LINES] FILE using (at_x(int(w))):(scaled(7)) with points \
                pt shape(MODEL[int(w)]) ps size(MODEL[int(w)]) lw 2 \
                lc rgb color(MODEL[int(w)])
    }
    unset label
    unset arrow
}
unset multiplot
