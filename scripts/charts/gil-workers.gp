# SPDX-License-Identifier: MIT
# Do more threads help? Speed-up over one after the other in the same language,
# for work that computes and for work that waits. See panels.gp for the data.
# Dashed: nothing gained, and all cores used. From DATA.gp also PANELi_TITLE,
# and PANELi_CORES, 0 where no core bounds the work.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-workers.gp")]
load HOME."theme.gp"

array TITLES[PANELS]
array Y_LABEL[PANELS]
array Y_LOG[PANELS]
array Y_LEAST[PANELS]
array Y_MOST[PANELS]
array NAMED[PANELS]
array REFERENCE[PANELS]
array NOTES[PANELS]
do for [p = 1:PANELS] {
    cores = value(sprintf("PANEL%d_CORES", p))
    TITLES[p] = value(sprintf("PANEL%d_TITLE", p))
    Y_LABEL[p] = "speed-up over sequential"
    Y_LOG[p] = 0
    Y_LEAST[p] = 0
    Y_MOST[p] = max(1.2, cores)
    NAMED[p] = p == 1
    REFERENCE[p] = "1 with lines dt (6, 5) lw 2.5 lc rgb SOFT"
    NOTES[p] = ""
    if (cores > 1) {
        REFERENCE[p] = sprintf("%s, %d with lines dt (6, 5) lw 2.5 \
            lc rgb SOFT", REFERENCE[p], cores)
        NOTES[p] = sprintf("set label '%d cores' at first LOW_X, first %d \
            offset character .5, .7 tc rgb SOFT", cores, cores)
    }
}
X_LABEL = "workers (threads or processes), log scale"
X_LOG = 2
PAD = .06
SHARE = .56
KEY = ""
load HOME."panels.gp"
