# SPDX-License-Identifier: MIT
# One workload under every model: how long it took, and what it cost.
# DATA.gp adds NBOUNDS and BOUNDi_MS, BOUNDi_LABEL; the note is the verdict.

HOME = ARG0[1:strlen(ARG0) - strlen("models.gp")]
load HOME."theme.gp"

array WHAT[2] = ["wall time", "CPU time, user + system"]
array UNIT[2] = ["ms", "ms"]
array SCALE[2] = ["choose", "choose"]
SHARE = .6
remark(row) = NOTE[row]
load HOME."strips.gp"
