# SPDX-License-Identifier: MIT
# What one waiting task occupies: all of it, and the kernel's part. Models
# differ a thousandfold, so the axis is logarithmic, and since a bar or a stack
# on such an axis lies about lengths, each is a mark on a line.
# Reads DATA.rows.tsv:
#   row model label user_bytes user_low user_high kernel_bytes kernel_low
#   kernel_high reason
# The whole is the sum of both parts; its interval adds up theirs, so it is
# rather too wide than too narrow.

HOME = ARG0[1:strlen(ARG0) - strlen("memory.gp")]
load HOME."theme.gp"

FILE = DATA.".rows.tsv"
stats FILE using 1 nooutput
N = int(STATS_max)
array MODEL[N]
array LABEL[N]
array HOLE[N]
array ALL[N]
array KERNEL[N]
LEAST = 1e300
MOST = 0
kib(s) = val(s) / 1024
look(v) = (LEAST = v > 0 ? min(LEAST, v) : LEAST, MOST = max(MOST, v), v)
sum(user, kernel) = known(user) ? look(kib(user) + kib(kernel)) : NaN
part(kernel) = known(kernel) ? look(kib(kernel)) : NaN
note_row(i, m, label, user, kernel, reason) = (MODEL[i] = m, \
    LABEL[i] = named(m, label), HOLE[i] = known(user) ? "" : reason, \
    note_model(m), \
    ALL[i] = sum(user, kernel), KERNEL[i] = part(kernel), 0)
stats FILE using (note_row(int($1), strcol(2), strcol(3), strcol(4), \
    strcol(7), strcol(10))) nooutput
reach(user, kernel) = known(user) && known(kernel) ? sum(user, kernel) : 0
stats FILE using (reach(strcol(5), strcol(8)) + reach(strcol(6), strcol(9))) \
    nooutput
MEASURED = MOST > 0
if (!MEASURED) {
    LEAST = 1
    MOST = 100
}
LOW = LEAST / 1.6
HIGH = MOST * 1.6

COLUMN = 104        # width of a column of numbers
RIGHT = WIDTH - EDGE - 2 * COLUMN - 10
TOP = TOP + 14 + LINE
load HOME."rows.gp"

# The heads of the columns of numbers are the key to the marks, too.
set label "" at screen sx(RIGHT + COLUMN - 28), sy(TOP - 14) \
    point pt 7 ps 1 lc rgb INK
set label "all" right at screen sx(RIGHT + COLUMN + 10), sy(TOP - 14) tc rgb INK
set label "" at screen sx(WIDTH - EDGE - 76), sy(TOP - 14) \
    point pt 4 ps 1 lw 2.5 lc rgb INK
set label "kernel" right at screen sx(WIDTH - EDGE), sy(TOP - 14) tc rgb INK
figure(v) = v <= 0 ? "0" : v < 9.995 ? sprintf("%.2f", v) : \
    v < 99.95 ? sprintf("%.1f", v) : sprintf("%.0f", v)
do for [i = 1:N] {
    if (HOLE[i] eq "") {
        set label figure(ALL[i]) right \
            at screen sx(RIGHT + COLUMN + 10), sy(row_y(i)) tc rgb INK
        set label figure(KERNEL[i]) right \
            at screen sx(WIDTH - EDGE), sy(row_y(i)) tc rgb INK
    }
}

set label "memory of one waiting task (KiB), log scale" center \
    at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 56) tc rgb INK
set lmargin at screen sx(LEFT)
set rmargin at screen sx(RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set border 1
set logscale x
set xrange [LOW:HIGH]
decade = (RIGHT - LEFT) / log10(HIGH / LOW)
eval "set xtics (".tics(decade, 180).")"
set yrange [-N - .5:-.5]
set ytics -N, 1, -1 format "" scale 0
set grid x y

# A part of nothing has no place on this axis; its number says so. A missing
# interval is a box without width.
total(user, kernel) = known(user) ? kib(user) + kib(kernel) : NaN
end(a, b, c, d) = known(a) && known(b) ? kib(a) + kib(b) : total(c, d)
marked(kernel) = val(kernel) > 0 ? kib(kernel) : NaN
if (MEASURED) {
    plot FILE using (total(strcol(4), strcol(7))):(-$1): \
            (end(strcol(5), strcol(8), strcol(4), strcol(7))): \
            (end(strcol(6), strcol(9), strcol(4), strcol(7))): \
            (-$1 - .3):(-$1 + .3):(color(strcol(2))) \
            with boxxyerror lc rgb variable, \
        FILE using (marked(strcol(7))):(-$1): \
            (total(strcol(4), strcol(7)) - marked(strcol(7))):(0): \
            (color(strcol(2))) with vectors nohead lw 3 lc rgb variable, \
        FILE using (marked(strcol(7))):(-$1) with points pt 5 ps 1.15 \
            lc rgb BACK, \
        FILE using (marked(strcol(7))):(-$1):(color(strcol(2))) \
            with points pt 4 ps 1.15 lw 2.5 lc rgb variable, \
        FILE using (total(strcol(4), strcol(7))):(-$1):(color(strcol(2))) \
            with points pt 7 ps 1.25 lc rgb variable
} else {
    plot NaN
}
