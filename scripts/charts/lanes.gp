# SPDX-License-Identifier: MIT
# Lanes of workers, for timeline.gp and handover.gp: a stripe for each stretch,
# in the colour and the height of its state, so that grey paper shows them too.
# Needs FROM and TO, and in SEEN the names of the states that occur.

NSTATES = 6
array STATE[NSTATES] = ["holding", "running", "waiting", "asleep", "system", \
    "idle"]
array SAID[NSTATES] = ["holds the GIL", "computes", "waits for the GIL", \
    "asleep, let go of it", "system call", "idle"]
array PART[NSTATES] = [1, 1, .5, .25, .7, .06]
array LIGHT[NSTATES] = [0x0072b2, 0x56b4e9, 0xe69f00, 0xd55e00, 0xcc79a7, \
    0x8a8a8a]
array NIGHT[NSTATES] = [0x3f9bea, 0xa0dcff, 0xf5bc4a, 0xf4803c, 0xe59cc8, \
    0x9a9a9a]
paint(k) = DARK ? NIGHT[k] : LIGHT[k]

# The key, from left to right below the picture.
KEY_Y = HEIGHT - 58
KEY_X = EDGE
do for [k = 1:NSTATES] {
    if (strstrt(SEEN, STATE[k]) > 0) {
        set object 100 + k rectangle \
            from screen sx(KEY_X), sy(KEY_Y + 11 * PART[k]) \
            to screen sx(KEY_X + 30), sy(KEY_Y - 11 * PART[k]) \
            fc rgb paint(k) fs solid 1 noborder front
        set label 100 + k SAID[k] at screen sx(KEY_X + 38), sy(KEY_Y) \
            tc rgb INK
        KEY_X = KEY_X + 38 + CHAR * strlen(SAID[k]) + 34
    }
}

set style fill solid 1 noborder
unset grid
set xrange [FROM:TO]
set format x "%.10g"
