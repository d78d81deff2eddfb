# SPDX-License-Identifier: MIT
# One metric against what is swept, a line for each model: median and interval.
# Reads DATA-metrics.tsv, of which it draws the rows of METRIC:
#   panel x model label workers metric estimate low high min max n
# (x is "?" for what no sweep touches: a dashed level) and from DATA.gp NPANELS,
# PANELi_TITLE, SERIES, MODELi, LABELi, AXIS, METRIC, METRIC_TITLE,
# METRIC_SCALE. Panels stand side by side, up to two in a row.

HOME = ARG0[1:strlen(ARG0) - strlen("metrics.gp")]
load HOME."theme.gp"

N = SERIES
FILE = DATA."-metrics.tsv"
LABEL_COLUMNS = 15
array MODEL[N]
array LABEL[N]
array RAW[N]
LABELS = 0
do for [i = 1:N] {
    MODEL[i] = value(sprintf("MODEL%d", i))
    RAW[i] = value(sprintf("LABEL%d", i))
    LABEL[i] = named(MODEL[i], RAW[i])
    LABELS = max(LABELS, width(LABEL[i], LABEL_COLUMNS))
    none = note_model(MODEL[i])
}

# Extents over all panels, where each line ends, and levels without an x.
array ENDS_X[N * NPANELS]
array ENDS_Y[N * NPANELS]
array LEVELS[N * NPANELS]
array SEEN[N * NPANELS]
do for [k = 1:N * NPANELS] {
    ENDS_X[k] = 0
    ENDS_Y[k] = 0
    LEVELS[k] = NaN
    SEEN[k] = 0
}
LEAST_X = 1e300
MOST_X = -1e300
LEAST_Y = 1e300
MOST_Y = 0
reach_x(x) = (LEAST_X = min(LEAST_X, x), MOST_X = max(MOST_X, x), 0)
reach_y(y) = (LEAST_Y = min(LEAST_Y, y), MOST_Y = max(MOST_Y, y), 0)
look(s) = known(s) ? reach_y(METRIC_SCALE * real(s)) : 0
series(s, i) = i > N ? 0 : RAW[i] eq s ? i : series(s, i + 1)
at_end(k, x, y) = (SEEN[k] = 1, ENDS_X[k] = x, ENDS_Y[k] = y, reach_x(x))
level(k, y) = (LEVELS[k] = y, 0)
read(k, x, y) = known(x) ? at_end(k, real(x), METRIC_SCALE * real(y)) \
    : level(k, METRIC_SCALE * real(y))
note_row(p, x, s, y, low, high) = look(y) + look(low) + look(high) + \
    (known(y) ? read((p - 1) * N + series(s, 1), x, y) : 0)
stats FILE using (strcol(6) eq METRIC ? note_row(int($1), strcol(2), \
    strcol(4), strcol(7), strcol(8), strcol(9)) : 0) nooutput

if (MOST_X < LEAST_X) { none = reach_x(1) + reach_x(10) }
if (MOST_Y <= 0) { MOST_Y = 1 }
# Wide ranges are told by factors, narrow ones from 0 on.
LOG_X = LEAST_X > 0 && MOST_X / LEAST_X >= 8
LOG_Y = LEAST_Y > 0 && MOST_Y / LEAST_Y >= 30
LOW_X = LOG_X ? LEAST_X / 1.3 : LEAST_X - .06 * (MOST_X - LEAST_X)
HIGH_X = LOG_X ? MOST_X * 1.3 : MOST_X + .06 * max(MOST_X - LEAST_X, 1)
LOW_Y = LOG_Y ? LEAST_Y / 1.3 : 0
HIGH_Y = LOG_Y ? MOST_Y * 1.3 : 1.1 * MOST_Y

COLUMNS = min(NPANELS, 2)
ROWS = (NPANELS + 1) / 2
HEAD = NPANELS > 1 ? LINE : 0
TOP = TOP + 10
FIRST = TOP + 14 + LINE
GAP = 28
START = EDGE + 56
NAMED = LABELS + 76
PANEL = (WIDTH - EDGE - START - (COLUMNS - 1) * GAP) / real(COLUMNS) - NAMED
TALL_ROW = (HEIGHT - 48 - FIRST) / real(ROWS)
share_y(y) = LOG_Y ? log(y / LOW_Y) / log(HIGH_Y / LOW_Y) : y / HIGH_Y
py(y) = BOTTOM - share_y(y) * (BOTTOM - TOP)

set label METRIC_TITLE.(LOG_Y ? ", log scale" : "") \
    at screen sx(EDGE), sy(TOP) tc rgb INK
set border 3
if (LOG_X) { set logscale x }
if (LOG_Y) { set logscale y }
set xrange [LOW_X:HIGH_X]
set yrange [LOW_Y:HIGH_Y]
set grid y noxtics
array END_X[N]
array END_Y[N]
array WISH[N]

# A line goes on past the rows that are not its own.
set datafile missing NaN
set multiplot
do for [p = 1:NPANELS] {
    LEFT = START + ((p - 1) % COLUMNS) * (PANEL + NAMED + GAP)
    RIGHT = LEFT + PANEL
    TOP = FIRST + ((p - 1) / COLUMNS) * TALL_ROW + HEAD
    BOTTOM = FIRST + ((p - 1) / COLUMNS + 1) * TALL_ROW - 3.4 * LINE
    set lmargin at screen sx(LEFT)
    set rmargin at screen sx(RIGHT)
    set tmargin at screen sy(TOP)
    set bmargin at screen sy(BOTTOM)
    if (LOG_X) {
        eval "set xtics (".tics(PANEL / log10(HIGH_X / LOW_X), 180).")"
    } else {
        eval sprintf("set xtics %g", step(HIGH_X - LOW_X, PANEL / 90))
    }
    if (LOG_Y) {
        eval "set ytics (".tics((BOTTOM - TOP) / log10(HIGH_Y / LOW_Y), 90).")"
    } else {
        eval sprintf("set ytics %g", step(HIGH_Y, (BOTTOM - TOP) / 50))
    }
    set label value(sprintf("PANEL%d_TITLE", p)) \
        at screen sx(LEFT), sy(TOP - 12) font bold(EM) tc rgb INK
    set label AXIS.(LOG_X ? ", log scale" : "") center \
        at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 2.3 * LINE) tc rgb INK
    LINES = ""
    do for [i = 1:N] {
        k = (p - 1) * N + i
        if (SEEN[k]) { LINES = LINES.sprintf(" %d", i) }
        flat = LEVELS[k] == LEVELS[k]
        END_X[i] = flat ? MOST_X : ENDS_X[k]
        END_Y[i] = flat ? LEVELS[k] : ENDS_X[k] > 0 ? ENDS_Y[k] : HIGH_Y
        WISH[i] = END_X[i] > 0 ? py(END_Y[i]) : TOP
        if (flat) {
            set arrow from first LOW_X, LEVELS[k] to first MOST_X, LEVELS[k] \
                nohead dt (6, 5) lw 2.5 lc rgb color(MODEL[i])
        }
    }
    load HOME."ends.gp"

    at_x(i) = strcol(6) eq METRIC && int(strcol(1)) == p && \
        strcol(4) eq RAW[i] ? val(strcol(2)) : NaN
    scaled(c) = METRIC_SCALE * val(strcol(c))
    # Too few blocks for an interval: a bar without length, below the mark.
    end(c) = known(strcol(c)) ? scaled(c) : scaled(7)
    plot LOW_Y with lines lc rgb SOFT, \
        for [w in LINES] FILE \
            using (at_x(int(w))):(scaled(7)):(end(8)):(end(9)) \
            with yerrorbars pt 0 lw 2 lc rgb color(MODEL[int(w)]), \
        for [w in LINES] FILE using (at_x(int(w))):(scaled(7)) \
            with lines lw 3 lc rgb color(MODEL[int(w)]), \
        for [w in LINES] FILE using (at_x(int(w))):(scaled(7)) with points \
            pt shape(MODEL[int(w)]) ps 1.35 * size(MODEL[int(w)]) lc rgb BACK, \
        for [w in LINES] FILE using (at_x(int(w))):(scaled(7)) with points \
            pt shape(MODEL[int(w)]) ps size(MODEL[int(w)]) lw 2 \
            lc rgb color(MODEL[int(w)])
    unset label
    unset arrow
}
unset multiplot
