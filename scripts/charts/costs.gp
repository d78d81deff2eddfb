# SPDX-License-Identifier: MIT
# What the primitives of concurrency cost: a ladder on one logarithmic axis, the
# cheapest first. A full mark is one core, a hollow one the same hand-over from
# one core to another. Reads DATA.rows.tsv:
#   row group label method one_core_ns low high two_cores_ns low high reason
# (group counts from 1; "?" stands for what is not there) and from DATA.gp NROWS,
# NGROUPS and GROUPi, what the groups are called.

HOME = ARG0[1:strlen(ARG0) - strlen("costs.gp")]
load HOME."theme.gp"

FILE = DATA.".rows.tsv"
N = NROWS
array LABEL[N]
array METHOD[N]
array WHY[N]
array GROUP[N]
array ONE[N]
array TWO[N]
LEAST = 1e300
MOST = 0
note_value(v) = v > 0 ? (LEAST = min(LEAST, v), MOST = max(MOST, v), v) : v
number(s) = known(s) ? note_value(real(s)) : 0
note_row(i, g, label, method, one, two, why) = (GROUP[i] = g, \
    LABEL[i] = label, METHOD[i] = known(method) ? method : "", \
    ONE[i] = number(one), TWO[i] = number(two), WHY[i] = why, 0)
stats FILE using (note_row(int($1), int($2), strcol(3), strcol(4), \
    strcol(5), strcol(8), strcol(11))) nooutput
if (MOST == 0) { none = note_value(1) + note_value(1e6) }

# Groups have the colours and shapes that models have elsewhere, in this order.
array COLOUR[6] = [3, 2, 5, 1, 4, 6]
array MARK[6] = [5, 9, 7, 13, 15, 11]
paint(g) = g < 1 ? 0x808080 : \
    DARK ? ON_DARK[COLOUR[min(g, 6)]] : ON_LIGHT[COLOUR[min(g, 6)]]
mark(g) = g < 1 ? 4 : MARK[min(g, 6)]

NAMES = 0
METHODS = 0
do for [i = 1:N] {
    NAMES = max(NAMES, width(LABEL[i], 999))
    METHODS = max(METHODS, width(METHOD[i], 999))
}
FIGURES = 128
LEFT = EDGE + NAMES + 20
RIGHT = WIDTH - EDGE - METHODS - FIGURES - 30
LOW = 10 ** floor(log10(LEAST))
HIGH = MOST * 2.2
# Few rows stand no further apart than a reader's eye can follow.
TOP = TOP + 1.3 * LINE
BOTTOM = min(HEIGHT - 92, TOP + 44 * N)
row_y(i) = TOP + (BOTTOM - TOP) * (i - .5) / N
# Nanoseconds in the unit that leaves one to three digits before the point.
digits(v) = v < 9.995 ? sprintf("%.2f", v) : v < 99.95 ? sprintf("%.1f", v) : \
    sprintf("%.0f", v)
told(v) = v < 999.5 ? digits(v)." ns" : v < 999.5e3 ? digits(v / 1e3)." us" : \
    v < 999.5e6 ? digits(v / 1e6)." ms" : digits(v / 1e9)." s"

# The key: a group each, then the hollow mark.
x = EDGE
do for [g = 1:NGROUPS] {
    name = value(sprintf("GROUP%d", g))
    set label "" at screen sx(x + 6), sy(TOP - 1.2 * LINE) \
        point pt mark(g) ps 1.1 lc rgb paint(g)
    set label name at screen sx(x + 20), sy(TOP - 1.2 * LINE) tc rgb INK
    x = x + 50 + width(name, 999)
}
ACROSS = 0
do for [i = 1:N] { ACROSS = ACROSS + (TWO[i] > 0) }
if (ACROSS > 0) {
    set label "" at screen sx(x + 6), sy(TOP - 1.2 * LINE) \
        point pt 6 ps 1.1 lw 2.5 lc rgb paint(3)
    set label "hollow: from core to core" \
        at screen sx(x + 20), sy(TOP - 1.2 * LINE) tc rgb INK
}

do for [i = 1:N] {
    set label LABEL[i] right at screen sx(LEFT - 14), sy(row_y(i)) tc rgb INK
    figure = ONE[i] > 0 ? told(ONE[i]) : TWO[i] > 0 ? told(TWO[i]) : ""
    set label figure right at screen sx(RIGHT + FIGURES - 16), sy(row_y(i)) \
        tc rgb INK
    set label METHOD[i] at screen sx(RIGHT + FIGURES), sy(row_y(i)) tc rgb SOFT
    if (known(WHY[i])) {
        # On a patch of paper, since the grid runs here.
        why = clip(WHY[i], int((RIGHT - LEFT) / CHAR) - 3)
        at = ONE[i] > 0 ? RIGHT - 6 - width(why, 999) : LEFT + 12
        set label why at screen sx(at), sy(row_y(i)) front tc rgb SOFT
        set object rectangle front from screen sx(at - 4), sy(row_y(i) - 11) \
            to screen sx(at + width(why, 999)), sy(row_y(i) + 11) \
            fillcolor rgb BACK fillstyle solid 1 noborder
    }
}
set label "time of one, log scale" center \
    at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 50) tc rgb INK

set lmargin at screen sx(LEFT)
set rmargin at screen sx(RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set border 1
set logscale x
set xrange [LOW:HIGH]
# A unit each thousand, and between them numbers alone: there is no room.
TICS = ""
array UNIT[5] = [" ps", " ns", " us", " ms", " s"]
do for [e = -3:11] {
    thousands = floor(e / 3.)
    TICS = TICS.sprintf(", '%g%s' %g", 10. ** (e - 3 * thousands), \
        e == 3 * thousands ? UNIT[thousands + 2] : "", 10. ** e)
}
eval "set xtics (".TICS[3:*].")"
set yrange [-N - .5:-.5]
set ytics -N, 1, -1 format "" scale 0
set grid x y

end(c, v) = known(strcol(c)) ? real(strcol(c)) : val(strcol(v))
both(a, b) = known(a) && known(b) ? real(b) - real(a) : NaN
plot FILE using (val(strcol(5))):(-$1):(both(strcol(5), strcol(8))):(0) \
        with vectors nohead lw 1.5 lc rgb SOFT, \
    FILE using (val(strcol(5))):(-$1):(end(6, 5)):(end(7, 5)): \
        (paint(int($2))) with xerrorbars pt 0 lw 3 lc rgb variable, \
    FILE using (val(strcol(8))):(-$1):(end(9, 8)):(end(10, 8)): \
        (paint(int($2))) with xerrorbars pt 0 lw 3 lc rgb variable, \
    for [g = 0:NGROUPS] FILE \
        using (int($2) == g ? val(strcol(5)) : NaN):(-$1) with points \
        pt mark(g) ps 1.15 lc rgb paint(g), \
    FILE using (val(strcol(8))):(-$1) with points pt 7 ps 1.15 lc rgb BACK, \
    FILE using (val(strcol(8))):(-$1):(paint(int($2))) with points pt 6 \
        ps 1.15 lw 2.5 lc rgb variable
