# SPDX-License-Identifier: MIT
# How many switch intervals a request waits: a bar of shares for each lock and
# number of CPU threads beside the echo server. Reads DATA.rows.tsv:
#   row model label waits_0 waits_1 waits_2 waits_3 waits_4 beside reason
# in parts of 1; waits_4 is four or more. Rows with the same words in "beside",
# how many threads compute there, stand together.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-waits.gp")]
load HOME."theme.gp"

FILE = DATA.".rows.tsv"
stats FILE using 1 nooutput
N = int(STATS_max)
array MODEL[N]
array LABEL[N]
array HOLE[N]
array BESIDE[N]
note_row(i, m, label, share, beside, reason) = (MODEL[i] = m, \
    LABEL[i] = named(m, label), HOLE[i] = known(share) ? "" : reason, \
    BESIDE[i] = beside, note_model(m))
stats FILE using (note_row(int($1), strcol(2), strcol(3), strcol(4), \
    strcol(9), strcol(10))) nooutput

# Light to dark: the longer, the darker; the same on any paper.
array FILL[5] = [0xe3eef8, 0xa6cbe3, 0x5a9fd0, 0x2166ac, 0x08306b]
array ON_FILL[5] = [0x1a1a1a, 0x1a1a1a, 0x1a1a1a, 0xffffff, 0xffffff]
array WORDS[5] = ["none", "1", "2", "3", "4 or more"]
TOP = TOP + 22 + 2 * LINE
load HOME."rows.gp"
ASIDE = 0
do for [i = 1:N] { ASIDE = max(ASIDE, width(BESIDE[i], 14)) }
RIGHT = WIDTH - EDGE - ASIDE - 16

# Each group has its words at its middle, and a line before the next.
first = 1
do for [i = 1:N] {
    if (i == N || BESIDE[min(i + 1, N)] ne BESIDE[i]) {
        n = lines(BESIDE[i], 14)
        do for [k = 1:n] {
            set label line(BESIDE[i], 14, k) at screen sx(RIGHT + 16), \
                sy((row_y(first) + row_y(i)) / 2. + \
                LINE * (k - (n + 1) / 2.)) tc rgb INK
        }
        y = (row_y(i) + row_y(i + 1)) / 2.
        if (i < N) {
            set arrow from screen sx(EDGE), sy(y) \
                to screen sx(WIDTH - EDGE), sy(y) nohead lw 1.5 lc rgb SOFT
        }
        first = i + 1
    }
}

# The key, above the bars.
set label "waits of one switch interval:" at screen sx(LEFT), \
    sy(TOP - 20 - LINE) tc rgb INK
x = LEFT + width("waits of one switch interval:", 999) + 24
do for [w = 1:5] {
    set object rectangle from screen sx(x), sy(TOP - 31 - LINE) \
        to screen sx(x + 30), sy(TOP - 9 - LINE) \
        fillcolor rgb FILL[w] fillstyle solid 1 border rgb SOFT
    set label WORDS[w] at screen sx(x + 40), sy(TOP - 20 - LINE) tc rgb INK
    x = x + 40 + width(WORDS[w], 999) + 34
}

set label "% of requests" center \
    at screen sx((LEFT + RIGHT) / 2), sy(BOTTOM + 56) tc rgb INK
set lmargin at screen sx(LEFT)
set rmargin at screen sx(RIGHT)
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set border 1
set xrange [0:100]
set xtics 20
set yrange [-N - .5:-.5]
set ytics -N, 1, -1 format "" scale 0
set grid x noytics

# Shares of one row may not add up exactly: each begins where the last ended.
share(w) = known(strcol(4 + w)) ? 100 * real(strcol(4 + w)) : 0
before(w) = w == 0 ? 0 : before(w - 1) + share(w - 1)
here_is(w) = known(strcol(4)) && share(w) > 0
words_on(w) = here_is(w) && share(w) >= 4.5 ? \
    sprintf("%.0f", share(w)) : ""
plot for [w = 0:4] FILE using (here_is(w) ? before(w) + share(w) / 2 : NaN): \
        (-$1):(before(w)):(before(w) + share(w)):(-$1 - .32):(-$1 + .32) \
        with boxxyerror fs solid 1 border rgb SOFT lc rgb FILL[w + 1], \
    for [w = 0:4] FILE using (here_is(w) ? before(w) + share(w) / 2 : NaN): \
        (-$1):(words_on(w)) with labels center tc rgb ON_FILL[w + 1]
