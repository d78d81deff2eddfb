# SPDX-License-Identifier: MIT
# One forced hand-over of the GIL, step by step (core/gil.c): HOLDER and ASKER
# are workers; LOOKS_UP, SLEEPS, TAKES and WAKES are microseconds since ASKER
# asked. SLEEPS is missing where the holder did not need to, WAKES where it came
# back long after. Each step's words have a line of their own, so that none can
# collide, however close together two steps are.

HOME = ARG0[1:strlen(ARG0) - strlen("handover.gp")]
load HOME."theme.gp"

HIGH = .5
load HOME."lanes.gp"

set border 1 lc rgb SOFT lw 1.5
set lmargin at screen sx(EDGE + 110)
set rmargin at screen sx(WIDTH - EDGE - 20)
set tmargin at screen sy(TOP + 10)
set bmargin at screen sy(HEIGHT - 150)
set yrange [3.55:-.05]
set ytics scale 0 nomirror
set ytics (sprintf("worker %d", HOLDER) 1, sprintf("worker %d", ASKER) 2)
set xlabel "time since the holder was asked (µs)" tc rgb INK

# A step: where it happens, its words beside a line that leads there. Words go
# to the side that has more room; the rows of the holder's are such that no line
# runs through them.
left(x) = x - FROM > .55 * (TO - FROM)
PAD = .008 * (TO - FROM)
NSTEPS = 5
SLEPT = exists("SLEEPS")
FREED = SLEPT ? SLEEPS : LOOKS_UP
WOKE = exists("WAKES")
array AT[NSTEPS] = [0, LOOKS_UP, FREED, TAKES, WOKE ? WAKES : 0]
array LANE[NSTEPS] = [2, 1, 1, 2, 1]
LATE = left(FREED)
array SIDE[NSTEPS] = [0, LATE, LATE, left(TAKES), 1]
array WORDS_Y[NSTEPS] = [3.2, LATE ? .5 : .1, .3, 2.8, LATE ? .1 : .5]
array WORDS[NSTEPS] = \
    ["has waited for an interval: asks", \
     "looks up, frees the GIL, wakes the other", \
     "sleeps until another has it", \
     "wakes up, takes the GIL", \
     SLEPT ? "wakes up, finds it taken: waits" : "finds it taken: waits"]
NUMBER = 0
do for [i = 1:NSTEPS] {
    if ((i == 3 && !SLEPT) || (i == 5 && !WOKE)) { continue }
    NUMBER = NUMBER + 1
    WORD = sprintf("%d  %s", NUMBER, WORDS[i])
    set arrow from AT[i], WORDS_Y[i] to AT[i], LANE[i] nohead front \
        lc rgb INK lw 1.5
    if (SIDE[i]) {
        set label WORD at AT[i] - PAD, WORDS_Y[i] right tc rgb INK
    } else {
        set label WORD at AT[i] + PAD, WORDS_Y[i] left tc rgb INK
    }
}

# What passes from one to the other.
HALF = HIGH / 2
set arrow from 0, 2 - HALF to LOOKS_UP, 1 + HALF front lc rgb INK lw 2 \
    head filled size screen .009, 20
set arrow from FREED, 1 + HALF to TAKES, 2 - HALF front lc rgb INK lw 2 \
    head filled size screen .009, 20
if (WOKE) {
    set arrow from TAKES, 2 - HALF to WAKES, 1 + HALF front lc rgb INK lw 2 \
        head filled size screen .009, 20
}

plot for [k = 1:NSTATES] DATA.".tsv" \
    using (($3 + $4) / 2):(strcol(2) eq STATE[k] ? $1 : NaN):3:4: \
    ($1 - HIGH / 2 * PART[k]):($1 + HIGH / 2 * PART[k]) \
    with boxxyerror lc rgb paint(k)
