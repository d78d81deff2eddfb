# SPDX-License-Identifier: MIT
# What each lock buys with what: to the right, two threads that compute get more
# done; upwards, an echo server beside a thread that computes answers more.
# Reads DATA.points.tsv:
#   model label speedup low high requests_per_s low high
# with "?" for what was not measured.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-tradeoff.gp")]
load HOME."theme.gp"

FILE = DATA.".points.tsv"
stats FILE using 0 nooutput
N = STATS_records
array MODEL[N]
array LABEL[N]
array X[N]
array Y[N]
array PLACE[N]
array ORDER[N]
HOLLOW = 0
MISSING = ""
COUNT = 0
LEAST_Y = 1e300
MOST_Y = 0
MOST_X = 1
reach_x(x) = (MOST_X = max(MOST_X, x), 0)
reach_y(y) = (LEAST_Y = min(LEAST_Y, y), MOST_Y = max(MOST_Y, y), 0)
look_x(s) = known(s) ? reach_x(real(s)) : 0
look_y(s) = known(s) && real(s) > 0 ? reach_y(real(s)) : 0
keep(m, label, x, y) = (COUNT = COUNT + 1, MODEL[COUNT] = m, \
    LABEL[COUNT] = named(m, label), X[COUNT] = real(x), Y[COUNT] = real(y), \
    HOLLOW = HOLLOW + cpython(m), note_model(m))
note_point(m, label, x, y) = known(x) && known(y) && real(y) > 0 ? \
    keep(m, label, x, y) : \
    (MISSING = MISSING.(MISSING eq "" ? "" : ", ").named(m, label), 0)
stats FILE using (note_point(strcol(1), strcol(2), strcol(3), strcol(6)) + \
    look_x(strcol(3)) + look_x(strcol(5)) + look_y(strcol(6)) + \
    look_y(strcol(7)) + look_y(strcol(8))) nooutput
if (MOST_Y == 0) { LEAST_Y = 100; MOST_Y = 1000 }
LOW_Y = LEAST_Y / 2
HIGH_Y = MOST_Y * 2.2
HIGH_X = 1.25 * MOST_X

LEFT = EDGE + 74
BOTTOM = BOTTOM - (HOLLOW || MISSING ne "" ? LINE + 6 : 0)
RIGHT = WIDTH - EDGE - 10
TOP = TOP + 14 + LINE
px(x) = LEFT + x / HIGH_X * (RIGHT - LEFT)
py(y) = BOTTOM - log(y / LOW_Y) / log(HIGH_Y / LOW_Y) * (BOTTOM - TOP)

# Names stand beside their marks, on the side that has more room, pushed apart
# where they would collide.
do for [i = 1:COUNT] {
    ORDER[i] = i
    PLACE[i] = py(Y[i])
}
do for [i = 2:COUNT] {
    k = i
    while (k > 1 && PLACE[ORDER[max(k - 1, 1)]] > PLACE[ORDER[k]]) {
        swap = ORDER[k]
        ORDER[k] = ORDER[k - 1]
        ORDER[k - 1] = swap
        k = k - 1
    }
}
leftward(i) = X[i] > .62 * HIGH_X
do for [pass = 1:200] {
    do for [i = 1:COUNT] {
        do for [k = i + 1:COUNT] {
            a = ORDER[i]
            b = ORDER[k]
            near = leftward(a) == leftward(b) && \
                abs(px(X[a]) - px(X[b])) < 330
            lack = LINE + 4 - (PLACE[b] - PLACE[a])
            if (near && lack > 0) {
                PLACE[a] = PLACE[a] - lack / 2
                PLACE[b] = PLACE[b] + lack / 2
            }
        }
        a = ORDER[i]
        PLACE[a] = max(TOP + LINE / 2, min(BOTTOM - LINE, PLACE[a]))
    }
}
do for [i = 1:COUNT] {
    side = leftward(i) ? -1 : 1
    x = px(X[i]) + side * 44
    set arrow from first X[i], Y[i] to screen sx(x - side * 6), sy(PLACE[i]) \
        nohead lw 1.5 lc rgb color(MODEL[i]) back
    if (leftward(i)) {
        set label LABEL[i] right at screen sx(x), sy(PLACE[i]) tc rgb INK
    } else {
        set label LABEL[i] at screen sx(x), sy(PLACE[i]) tc rgb INK
    }
}

set label "requests per second beside a CPU thread, log scale" \
    at screen sx(EDGE), sy(TOP - 16) tc rgb INK
set label "computing of two threads (1 = as much as one alone)" center \
    at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 50) tc rgb INK
if (MISSING ne "") {
    set label clip("no data: ".MISSING, 60) at screen sx(EDGE), \
        sy(HEIGHT - 20 - LINE) tc rgb SOFT
}
if (HOLLOW) {
    set label "hollow: CPython" right \
        at screen sx(WIDTH - EDGE), sy(HEIGHT - 20 - LINE) tc rgb SOFT
}
set lmargin at screen sx(LEFT)
set rmargin at screen sx(RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set xrange [0:HIGH_X]
set xtics step(HIGH_X, 8)
set logscale y
set yrange [LOW_Y:HIGH_Y]
set format y HIGH_Y >= 1e6 ? "%.0f" : "%g"
eval "set ytics (".tics((BOTTOM - TOP) / log10(HIGH_Y / LOW_Y), 90).")"
set grid y noxtics
set arrow from first 1, graph 0 to first 1, graph 1 nohead dt (6, 5) lw 2.5 \
    lc rgb SOFT back

solid(m) = SHAPE[place(m)]
x_of(a) = known(strcol(6)) && val(strcol(6)) > 0 ? val(strcol(a)) : NaN
or_else(a, b) = known(strcol(a)) ? real(strcol(a)) : val(strcol(b))
if (COUNT > 0) {
    plot FILE using (x_of(3)):(val(strcol(6))):(or_else(4, 3)): \
            (or_else(5, 3)):(or_else(7, 6)):(or_else(8, 6)): \
            (color(strcol(1))) \
            with xyerrorbars pt -1 lw 2.5 lc rgb variable, \
        FILE using (x_of(3)):(val(strcol(6))):(solid(strcol(1))) \
            with points pt variable ps 2 lc rgb BACK, \
        FILE using (x_of(3)):(val(strcol(6))):(shape(strcol(1))): \
            (color(strcol(1))) \
            with points pt variable ps 1.6 lw 3 lc rgb variable
} else {
    plot NaN
}
