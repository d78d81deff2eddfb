# SPDX-License-Identifier: MIT
# What an extension that lets go of the lock gains: speed-up against the share
# of the work that runs outside. Measured points, and what is expected: Amdahl's
# law, as if threads never queued for the lock; the bound, as if they never met
# at it; and the queue between (harness/stats/queueing.h). See panels.gp for the
# data; DATA.P.curves.tsv holds, one gnuplot index each: Amdahl, queue, bound,
#   percent speedup
# and DATA.gp also PANELi_TITLE, and PANELi_CORES, 0 where the cores suffice.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-share.gp")]
load HOME."theme.gp"

array TITLES[PANELS]
array Y_LABEL[PANELS]
array Y_LOG[PANELS]
array Y_LEAST[PANELS]
array Y_MOST[PANELS]
array NAMED[PANELS]
array REFERENCE[PANELS]
array NOTES[PANELS]
curve(p, i, dash) = sprintf("DATA.'.%d.curves.tsv' index %d \
    using (val(strcol(1))):(val(strcol(2))) \
    with lines %s lw 2.5 lc rgb SOFT", p, i, dash)
do for [p = 1:PANELS] {
    cores = value(sprintf("PANEL%d_CORES", p))
    TITLES[p] = value(sprintf("PANEL%d_TITLE", p))
    Y_LABEL[p] = "speed-up over sequential"
    Y_LOG[p] = 0
    Y_LEAST[p] = 0
    Y_MOST[p] = 1
    stats sprintf("%s.%d.curves.tsv", DATA, p) \
        using (Y_MOST[p] = max(Y_MOST[p], $2)) nooutput
    NAMED[p] = p == 1
    REFERENCE[p] = curve(p, 0, "dt (2, 4)").", ".curve(p, 1, "").", ".\
        curve(p, 2, "dt (6, 5)")
    NOTES[p] = ""
    if (cores > 0) {
        REFERENCE[p] = sprintf("%s, %d with lines dt (12, 4) lw 2 lc rgb SOFT",\
            REFERENCE[p], cores)
        NOTES[p] = sprintf("set label '%d core%s' at first LOW_X, first %d \
            offset character .5, .7 tc rgb SOFT", cores, \
            cores == 1 ? "" : "s", cores)
    }
}
KEY = "dotted: Amdahl's law; solid: queue for the lock; dashed: bound"
X_LABEL = "% of the work outside the lock"
X_LOG = 0
PAD = .03
SHARE = .5
load HOME."panels.gp"
