# SPDX-License-Identifier: MIT
# Names at the left, two panels that share their rows, words at the right: the
# body of models.gp and startup.gp. Every run is a dot, the bar is the median,
# the box its interval. Reads, for v = the left panel's value, w = the right's:
#   DATA.rows.tsv   row model label v v_low v_high w w_low w_high [note]
#   DATA.runs.tsv   row model v w block
# and expects from its caller, for the panels p = 1 and 2:
#   WHAT[p]            what is measured
#   UNIT[p]            "µs", or "ms", which turns to "s" where one reaches 10 s
#   SCALE[p]           "log", "linear", or "choose": logarithmic when the runs
#                      span more than 30x, zero-based otherwise
#   SHARE              the left panel's part of the width
#   remark(row)        the words at the right of a measured row
#   NBOUNDS, BOUND1_MS, BOUND1_LABEL, ...  lines in the left panel, or 0
# A row whose v is "?" shows its note in place of data.

if (!exists("GAP")) GAP = 44
ROWS = DATA.".rows.tsv"
RUNS = DATA.".runs.tsv"

# What there is to show.
stats ROWS using 1 nooutput
N = int(STATS_max)
COLUMNS = STATS_columns
array MODEL[N]
array LABEL[N]
array MEDIAN1[N]
array MEDIAN2[N]
array NOTE[N]
array HOLE[N]
array LEAST[2] = [1e300, 1e300]
array MOST[2] = [0, 0]
MEASURED = 0
see(p, v) = (LEAST[p] = min(LEAST[p], v), MOST[p] = max(MOST[p], v), \
    MEASURED = 1)
look(p, s) = known(s) ? see(p, real(s)) : 0
note_row(i, m, label, v, w, note) = (MODEL[i] = m, LABEL[i] = named(m, label), \
    MEDIAN1[i] = v, MEDIAN2[i] = w, NOTE[i] = note, \
    HOLE[i] = known(v) ? "" : note, note_model(m))
stats ROWS using (note_row(int($1), strcol(2), strcol(3), strcol(4), \
    strcol(7), COLUMNS > 9 ? strcol(10) : "")) nooutput
stats ROWS using (look(1, strcol(4)) + look(1, strcol(5)) + \
    look(1, strcol(6)) + look(2, strcol(7)) + look(2, strcol(8)) + \
    look(2, strcol(9))) nooutput
if (MEASURED) {
    stats RUNS using (look(1, strcol(3)) + look(2, strcol(4))) nooutput
}
# Nothing measured, or nothing but zeros, still has an axis.
do for [p = 1:2] { if (MOST[p] <= 0) { MOST[p] = 1 } }

# Units, scales and ranges.
array FACTOR[2] = [1, 1]
array LOW[2]
array HIGH[2]
in_ms(p) = UNIT[p] eq "ms" ? MOST[p] : 0
seconds = max(in_ms(1), in_ms(2)) >= 1e4
do for [p = 1:2] {
    if (UNIT[p] eq "ms" && seconds) {
        UNIT[p] = "s"
        FACTOR[p] = 1e-3
    }
    if (SCALE[p] eq "choose" && LEAST[p] > 0 && MOST[p] > 30 * LEAST[p]) {
        SCALE[p] = "log"
    }
    if (LEAST[p] <= 0 || !MEASURED) { SCALE[p] = "linear" }
    LOW[p] = SCALE[p] eq "log" ? FACTOR[p] * LEAST[p] / 1.4 : 0
    HIGH[p] = FACTOR[p] * MOST[p] * (SCALE[p] eq "log" ? 1.4 : 1.06)
}

# Where things stand.
TOP = TOP + 4 + LINE * NBOUNDS
load HOME."rows.gp"
WORD_COLUMNS = NAME_COLUMNS - 3
WORDS = 0
do for [i = 1:N] {
    if (HOLE[i] eq "") { WORDS = max(WORDS, width(remark(i), WORD_COLUMNS)) }
}
array START[2]
array STOP[2]
START[1] = LEFT
STOP[2] = WIDTH - EDGE - WORDS - (WORDS > 0 ? 16 : 0)
STOP[1] = START[1] + SHARE * (STOP[2] - START[1] - GAP)
START[2] = STOP[1] + GAP
part(p, v) = SCALE[p] eq "log" ? log(v / LOW[p]) / log(HIGH[p] / LOW[p]) : \
    v / HIGH[p]
panel_x(p, v) = START[p] + part(p, v) * (STOP[p] - START[p])

do for [i = 1:N] {
    n = HOLE[i] eq "" ? lines(remark(i), WORD_COLUMNS) : 0
    do for [k = 1:n] {
        set label line(remark(i), WORD_COLUMNS, k) \
            at screen sx(STOP[2] + 16), \
            sy(row_y(i) + LINE * (k - (n + 1) / 2.)) tc rgb INK
    }
}

# Bounds: flags on poles above the left panel. They all fly to the right, the
# leftmost highest, so that no pole crosses a flag; or all to the left, the
# rightmost highest, where the right has no room for them.
array BOUND[NBOUNDS + 1]
array FLAG[NBOUNDS + 1]
do for [i = 1:NBOUNDS] {
    BOUND[i] = FACTOR[1] * value(sprintf("BOUND%d_MS", i))
    FLAG[i] = value(sprintf("BOUND%d_LABEL", i))
    HIGH[1] = max(HIGH[1], 1.06 * BOUND[i])
    if (SCALE[1] eq "log") { LOW[1] = min(LOW[1], BOUND[i] / 1.4) }
}
FITS_RIGHT = 1
FITS_LEFT = 1
do for [i = 1:NBOUNDS] {
    x = panel_x(1, BOUND[i])
    room = width(FLAG[i], 999) + 8
    if (x + room > STOP[1]) { FITS_RIGHT = 0 }
    if (x - room < EDGE) { FITS_LEFT = 0 }
}
TURNED = !FITS_RIGHT && FITS_LEFT
do for [i = 1:NBOUNDS] {
    rank = 0
    do for [k = 1:NBOUNDS] {
        left_of = BOUND[k] < BOUND[i] || (BOUND[k] == BOUND[i] && k < i)
        rank = rank + (k == i ? 0 : TURNED ? !left_of : left_of)
    }
    y = TOP - LINE * (NBOUNDS - rank - .5)
    set arrow from first BOUND[i], graph 0 to first BOUND[i], screen sy(y - 9) \
        nohead dt (6, 5) lw 2.5 lc rgb SOFT back
    x = panel_x(1, BOUND[i])
    if (TURNED) {
        set label FLAG[i] at screen sx(x - 7), sy(y) right tc rgb SOFT
    } else {
        set label FLAG[i] at screen sx(x + 7), sy(y) tc rgb SOFT
    }
}

# The panels.
jitter(block) = .5 * ((block * .618034) - floor(block * .618034) - .5)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set yrange [-N - .5:-.5]
set border 1
set ytics -N, 1, -1 format "" scale 0
set grid x y
set multiplot
do for [p = 1:2] {
    set lmargin at screen sx(START[p])
    set rmargin at screen sx(STOP[p])
    set xrange [LOW[p]:HIGH[p]]
    set label sprintf("%s (%s)%s", WHAT[p], UNIT[p], \
        SCALE[p] eq "log" ? ", log scale" : "") center \
        at screen sx((START[p] + STOP[p]) / 2.), sy(BOTTOM + 56) tc rgb INK
    if (SCALE[p] eq "log") {
        set logscale x
        decade = (STOP[p] - START[p]) / log10(HIGH[p] / LOW[p])
        eval "set xtics (".tics(decade, 180).")"
    } else {
        set xtics step(HIGH[p], max(2, (STOP[p] - START[p]) / 85))
    }
    m = 1 + 3 * p
    of(s) = FACTOR[p] * val(s)
    # A missing interval is a box without width.
    end(s, median) = of(known(s) ? s : median)
    if (MEASURED) {
        plot ROWS using (of(strcol(m))):(-$1): \
                (end(strcol(m + 1), strcol(m))): \
                (end(strcol(m + 2), strcol(m))):(-$1 - .4):(-$1 + .4): \
                (color(strcol(2))) with boxxyerror lc rgb variable, \
            RUNS using (of(strcol(2 + p))):(-$1 + jitter($5)): \
                (through(color(strcol(2)), 60)) \
                with points pt 7 ps .5 lc rgb variable, \
            ROWS using (of(strcol(m))):(-$1 - .3):(0):(.6) \
                with vectors nohead lw 3.5 lc rgb INK
    } else {
        plot NaN
    }
    unset label
    unset arrow
    unset object
    unset logscale
}
unset multiplot
