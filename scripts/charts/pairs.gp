# SPDX-License-Identifier: MIT
# Two quantities of a few rows beside each other: the stops of a tour.
# DATA.gp adds WHAT1, UNIT1, SCALE1 of the left panel ("log" or "linear") and
# WHAT2, UNIT2, SCALE2 of the right one.

HOME = ARG0[1:strlen(ARG0) - strlen("pairs.gp")]
load HOME."theme.gp"

array WHAT[2] = [WHAT1, WHAT2]
array UNIT[2] = [UNIT1, UNIT2]
array SCALE[2] = [SCALE1, SCALE2]
SHARE = .5
GAP = 96           # the last number of one axis, the first of the other
NBOUNDS = 0
remark(row) = ""
load HOME."strips.gp"
