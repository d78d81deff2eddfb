# SPDX-License-Identifier: MIT
# Who did what, when: a lane for each worker over a piece of a run.

HOME = ARG0[1:strlen(ARG0) - strlen("timeline.gp")]
load HOME."theme.gp"

LANES = NLANES
HIGH = .8
load HOME."lanes.gp"

set border 1 lc rgb SOFT lw 1.5
set lmargin at screen sx(EDGE + 110)
set rmargin at screen sx(WIDTH - EDGE - 20)
set tmargin at screen sy(TOP + 10)
set bmargin at screen sy(HEIGHT - 150)
set yrange [NLANES + .5:.5]
set ytics scale 0 nomirror
set ytics ("" 1)
do for [i = 1:NLANES] { set ytics add (sprintf("worker %d", i - 1) i) }
set xlabel XLABEL tc rgb INK

plot for [k = 1:NSTATES] DATA.".tsv" \
    using (($3 + $4) / 2):(strcol(2) eq STATE[k] ? $1 : NaN):3:4: \
    ($1 - HIGH / 2 * PART[k]):($1 + HIGH / 2 * PART[k]) \
    with boxxyerror lc rgb paint(k)
