# SPDX-License-Identifier: MIT
# N names at the left, each with its model's mark, for panels that share rows.
# Reads MODEL[i], LABEL[i], HOLE[i] (why there are no data, or "") and TOP, the
# upper edge of the rows; leaves LEFT, where panels may begin, BOTTOM, where
# they end, row_y(i), and NAME_COLUMNS, after which names are broken.

# Long names take two lines where the rows are tall enough for them.
NAME_COLUMNS = BOTTOM - TOP > N * (2 * LINE + 2) ? 20 : 40
NAMES = 0
do for [i = 1:N] { NAMES = max(NAMES, width(LABEL[i], NAME_COLUMNS)) }
LEFT = EDGE + NAMES + 40
BOTTOM = min(BOTTOM, TOP + 86 * N)
row_y(i) = TOP + (BOTTOM - TOP) * (i - .5) / N

do for [i = 1:N] {
    n = lines(LABEL[i], NAME_COLUMNS)
    do for [k = 1:n] {
        set label line(LABEL[i], NAME_COLUMNS, k) right \
            at screen sx(EDGE + NAMES), \
            sy(row_y(i) + LINE * (k - (n + 1) / 2.)) tc rgb INK
    }
    set label "" at screen sx(EDGE + NAMES + 18), sy(row_y(i)) \
        point pt shape(MODEL[i]) ps size(MODEL[i]) lw 2 lc rgb color(MODEL[i])
    if (HOLE[i] ne "") {
        # On a patch of paper, since the grid runs here.
        reason = clip(HOLE[i], int((WIDTH - EDGE - LEFT) / CHAR) - 1)
        set label reason at screen sx(LEFT + 12), sy(row_y(i)) front tc rgb SOFT
        set object rectangle front \
            from screen sx(LEFT + 6), sy(row_y(i) - 13) \
            to screen sx(LEFT + 12 + width(reason, 999)), sy(row_y(i) + 13) \
            fillcolor rgb BACK fillstyle solid 1 noborder
    }
}
