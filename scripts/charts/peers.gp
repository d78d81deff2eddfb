# SPDX-License-Identifier: MIT
# Ours beside the libraries of others, a row a pair: the ratio of ours to
# theirs, on a logarithmic axis with 1 marked; left is better. The best peer is
# full and has its interval and its verdict, the others are hollow; a short bar
# is the goal. Reads DATA.rows.tsv, one line a comparison, the best one first:
#   row label peer ratio low high goal best words
# A row whose ratio is "?" shows its words, the reason, in place of data. HEIGHT
# comes from DATA.gp, which knows how many rows there are.

HOME = ARG0[1:strlen(ARG0) - strlen("peers.gp")]
load HOME."theme.gp"

ROWS = DATA.".rows.tsv"
stats ROWS using 1 nooutput
N = int(STATS_max)
array LABEL[N]
array WORDS[N]
array HOLE[N]
LEAST = .9
MOST = 1.1
NAMES = 0
REMARKS = 0
reach(s) = known(s) ? (LEAST = min(LEAST, real(s)), \
    MOST = max(MOST, real(s)), 0) : 0
note_row(i, label, ratio, words) = (LABEL[i] = label, WORDS[i] = words, \
    HOLE[i] = !known(ratio), NAMES = max(NAMES, width(label, 999)), \
    REMARKS = known(ratio) ? max(REMARKS, width(words, 999)) : REMARKS)
stats ROWS using (int($8) ? note_row(int($1), strcol(2), strcol(4), \
    strcol(9)) : 0) nooutput
stats ROWS using (reach(strcol(4)) + (int($8) ? reach(strcol(5)) + \
    reach(strcol(6)) : 0) + reach(strcol(7))) nooutput

# Where things stand.
LEFT = EDGE + NAMES + 16
RIGHT = WIDTH - EDGE - REMARKS - (REMARKS > 0 ? 16 : 0)
BOTTOM = min(HEIGHT - 110, TOP + 16 + 60 * N)
set lmargin at screen sx(LEFT)
set rmargin at screen sx(RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
LEAST = LEAST / 1.1
MOST = MOST * 1.1
set logscale x
set xrange [LEAST:MOST]
set yrange [N + .5:.5]
unset ytics
SPAN = log10(MOST / LEAST)
if (SPAN < .5) {
    set xtics (.5, .6, .7, .8, .9, 1, 1.1, 1.2, 1.3, 1.5, 2)
} else {
    eval "set xtics (".tics((RIGHT - LEFT) / SPAN, 170).")"
}
set grid x noy
set xlabel "ours / theirs, log scale: left of 1 ours needs less" tc rgb INK

row_y(i) = TOP + (BOTTOM - TOP) * (i - .5) / N
do for [i = 1:N] {
    set label LABEL[i] right at screen sx(LEFT - 12), sy(row_y(i)) tc rgb INK
    if (HOLE[i]) {
        # On a patch of paper, since lines run here.
        reason = clip(WORDS[i], int((WIDTH - EDGE - LEFT) / CHAR) - 1)
        set label reason at screen sx(LEFT + 12), sy(row_y(i)) front tc rgb SOFT
        set object rectangle front \
            from screen sx(LEFT + 6), sy(row_y(i) - 11) \
            to screen sx(LEFT + 12 + width(reason, 999)), sy(row_y(i) + 11) \
            fillcolor rgb BACK fillstyle solid 1 noborder
    } else {
        set label WORDS[i] at screen sx(RIGHT + 16), sy(row_y(i)) tc rgb INK
    }
}
set arrow from 1, graph 0 to 1, graph 1 nohead lw 2 lc rgb INK

OURS = DARK ? 0x3f9bea : 0x0072b2
LATE = DARK ? 0xf4803c : 0xd55e00
of_best(v) = int(column(8)) ? v : NaN
of_other(v) = int(column(8)) ? NaN : v
OPEN = DARK ? 0xb9bec4 : 0x595959
ends(words, s) = words[strlen(words) - strlen(s) + 1:*] eq s
ink(words) = ends(words, ": met") ? OURS : ends(words, ": missed") ? LATE : OPEN
num(i) = val(strcol(i))
plot ROWS using (of_best(known(strcol(4)) ? num(7) : NaN)):($1 - .32):(0):(.64) with vectors nohead \
        lw 5 lc rgb SOFT, \
    "" using (of_other(num(4))):1 with points pt 6 ps .8 lw 2 lc rgb SOFT, \
    "" using (of_best(num(5))):1:(num(6) - num(5)):(0):(ink(strcol(9))) \
        with vectors nohead lw 4 lc rgb variable, \
    "" using (of_best(num(4))):1:(ink(strcol(9))) with points pt 7 ps 1 \
        lc rgb variable
