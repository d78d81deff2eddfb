# SPDX-License-Identifier: MIT
# A program against itself, compared in two ways, try by try: which of them
# claim a difference? Reads DATA.tsv:
#   try usual_ratio usual_low usual_high usual_claims
#   blocks_ratio blocks_low blocks_high blocks_claim
# and from DATA.gp PANEL1_TITLE and PANEL2_TITLE, what was done in each. Both
# panels share one scale.

HOME = ARG0[1:strlen(ARG0) - strlen("aa.gp")]
load HOME."theme.gp"

FILE = DATA.".tsv"
array HEAD[2] = ["one after the other", "in shuffled blocks"]
array WHAT[2] = [PANEL1_TITLE, PANEL2_TITLE]
array CLAIMS[2] = [0, 0]
CLAIM = DARK ? 0xf4803c : 0xd55e00
CALM = DARK ? 0x3f9bea : 0x0072b2
percent(ratio) = 100 * (ratio - 1)
MOST = 0
N = 0
look(low, high) = (MOST = max(MOST, max(-percent(low), percent(high))))
stats FILE using (look($3, $4) + look($7, $8), N = N + 1, \
    CLAIMS[1] = CLAIMS[1] + $5, CLAIMS[2] = CLAIMS[2] + $9, 0) nooutput
REACH = 1.08 * max(MOST, 1)

HEAD_EM = 24         # what is to be read from the back row
TOP = TOP + 14 + LINE + 2.6 * HEAD_EM
LEFT = EDGE + 66
GAP = 44
PANEL = (WIDTH - EDGE - LEFT - GAP) / 2
start(p) = LEFT + (p - 1) * (PANEL + GAP)
set label "try" right at screen sx(LEFT - 14), sy(TOP - 12) tc rgb INK
do for [i = 1:N] {
    set label sprintf("%d", i) right at screen sx(LEFT - 14), \
        sy(TOP + (BOTTOM - TOP) * (i - .5) / N) tc rgb INK
}
do for [p = 1:2] {
    up = TOP - 18 - 1.25 * HEAD_EM
    set label HEAD[p] at screen sx(start(p)), sy(up - LINE - 6) \
        font bold(HEAD_EM) tc rgb INK
    set label WHAT[p] at screen sx(start(p)), sy(up) tc rgb SOFT
    set label "" at screen sx(start(p) + 9), sy(TOP - 18) \
        point pt CLAIMS[p] > 0 ? 5 : 7 ps 1.5 \
        lc rgb CLAIMS[p] > 0 ? CLAIM : CALM
    set label sprintf("%d of %d claim a difference", CLAIMS[p], N) \
        at screen sx(start(p) + 28), sy(TOP - 18) font sized(HEAD_EM) \
        tc rgb INK
    set label "how much longer B took than A (%)" center \
        at screen sx(start(p) + PANEL / 2), sy(BOTTOM + 56) tc rgb INK
}

# A claim has another shape, colour and weight than what is no claim.
set tmargin at screen sy(TOP)
set bmargin at screen sy(BOTTOM)
set border 1
set xrange [-REACH:REACH]
set xtics step(2 * REACH, 8) format "%+g"
set xtics add ("0" 0)
set yrange [-N - .5:-.5]
set ytics -N, 1, -1 format "" scale 0
set grid x y
set multiplot
do for [p = 1:2] {
    set lmargin at screen sx(start(p))
    set rmargin at screen sx(start(p) + PANEL)
    set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead dt (6, 5) \
        lw 2.5 lc rgb SOFT back
    m = 4 * p - 2
    is(claim, wanted) = claim == wanted ? 1 : NaN
    of(r, wanted) = percent(column(r)) * is(column(m + 3), wanted)
    plot FILE using (of(m + 1, 0)):(-$1): \
            (percent(column(m + 2)) - percent(column(m + 1))):(0) \
            with vectors nohead lw 5 lc rgb CALM, \
        FILE using (of(m + 1, 1)):(-$1): \
            (percent(column(m + 2)) - percent(column(m + 1))):(0) \
            with vectors nohead lw 7 lc rgb CLAIM, \
        FILE using (of(m, 0)):(-$1) with points pt 7 ps 1.3 lc rgb CALM, \
        FILE using (of(m, 1)):(-$1) with points pt 5 ps 1.5 lc rgb CLAIM
    unset label
}
unset multiplot
