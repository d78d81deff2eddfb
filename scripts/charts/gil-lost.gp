# SPDX-License-Identifier: MIT
# Updates that are lost when threads add to one counter, and what a counter that
# loses nothing costs. Data as in strips.gp; the note says it in words.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-lost.gp")]
load HOME."theme.gp"

array WHAT[2] = ["updates lost", "one update"]
array UNIT[2] = ["%", "ns"]
array SCALE[2] = ["linear", "log"]
SHARE = .5
NBOUNDS = 0
remark(row) = NOTE[row]
load HOME."strips.gp"
