# SPDX-License-Identifier: MIT
# What each rule of the lock is for: one of them is changed at a time. Left, how
# often the lock changes hands; right, half of the requests wait longer. Data as
# in strips.gp; the note holds the 99th percentile.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-rules.gp")]
load HOME."theme.gp"

array WHAT[2] = ["hand-overs of the lock", "median latency"]
array UNIT[2] = ["per second", "ms"]
array SCALE[2] = ["choose", "choose"]
SHARE = .5
NBOUNDS = 0
remark(row) = NOTE[row]
load HOME."strips.gp"
