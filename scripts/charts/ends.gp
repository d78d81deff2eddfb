# SPDX-License-Identifier: MIT
# Names of N lines at their right ends, pushed apart where they would collide.
# Reads, for every line i:
#   MODEL[i], LABEL[i]     whose it is (broken after LABEL_COLUMNS characters)
#   END_X[i], END_Y[i]     where it ends, in data; END_X 0: it has no data
#   WISH[i]                the same height in pixels from the top
# and MOST_X, where the longest line ends; RIGHT, TOP, BOTTOM, the panel's
# edges; NO_END, what is said of a line without an end (": no data").
# Takes about 76 pixels and the names' width right of the panel.

if (!exists("NO_END")) { NO_END = ": no data" }
array ORDER[N]
array PLACE[N]
array TALL[N]
array NAME[N]
do for [i = 1:N] {
    NAME[i] = LABEL[i].(END_X[i] > 0 ? "" : NO_END)
    TALL[i] = lines(NAME[i], LABEL_COLUMNS)
    ORDER[i] = i
    PLACE[i] = WISH[i]
}

# Sorted by height; equal ends keep the order of the lines.
do for [i = 2:N] {
    k = i
    while (k > 1 && WISH[ORDER[max(k - 1, 1)]] > WISH[ORDER[k]]) {
        swap = ORDER[k]
        ORDER[k] = ORDER[k - 1]
        ORDER[k - 1] = swap
        k = k - 1
    }
}

# Neighbours that are too close part by half of what is missing, each time
# round; the limits win over the wishes because they are applied last.
half_height(i) = TALL[i] * LINE / 2 + 2
do for [pass = 1:300] {
    do for [i = 1:N - 1] {
        a = ORDER[i]
        b = ORDER[i + 1]
        lack = half_height(a) + half_height(b) - (PLACE[b] - PLACE[a])
        PLACE[a] = PLACE[a] - max(0, lack) / 2
        PLACE[b] = PLACE[b] + max(0, lack) / 2
    }
    a = ORDER[1]
    b = ORDER[N]
    PLACE[a] = max(PLACE[a], TOP + half_height(a))
    PLACE[b] = min(PLACE[b], BOTTOM + 10 - half_height(b))
}

# Each name stands behind its mark, with a thread to the end of its line. A line
# that ends early has a dotted thread as far as the others go, lest it look like
# data.
do for [i = 1:N] {
    if (END_X[i] > 0) {
        set arrow from first END_X[i], END_Y[i] to first MOST_X, END_Y[i] \
            nohead dt (1, 4) lw 2 lc rgb color(MODEL[i]) back
        set arrow from first MOST_X, END_Y[i] \
            to screen sx(RIGHT + 46), sy(PLACE[i]) \
            nohead lw 1.5 lc rgb color(MODEL[i]) back
    }
    set label "" at screen sx(RIGHT + 58), sy(PLACE[i]) \
        point pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 lc rgb color(MODEL[i])
    do for [k = 1:TALL[i]] {
        set label line(NAME[i], LABEL_COLUMNS, k) at screen sx(RIGHT + 76), \
            sy(PLACE[i] + LINE * (k - (TALL[i] + 1) / 2.)) \
            tc rgb END_X[i] > 0 ? INK : SOFT
    }
}
