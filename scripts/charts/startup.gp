# SPDX-License-Identifier: MIT
# What a task costs before it does anything, and what a whole process costs.
# Left, logarithmic: create, run and dispose of an empty task. Right: the whole
# process as hyperfine times it. The note column is needed only where a row was
# refused: it holds the reason.

HOME = ARG0[1:strlen(ARG0) - strlen("startup.gp")]
load HOME."theme.gp"

array WHAT[2] = ["one empty task", "whole process"]
array UNIT[2] = ["µs", "ms"]
array SCALE[2] = ["log", "linear"]
SHARE = .6
NBOUNDS = 0
remark(row) = sprintf("%.3g µs a task", real(MEDIAN1[row])). \
    (known(MEDIAN2[row]) ? sprintf(", %.3g ms in all", real(MEDIAN2[row])) : "")
load HOME."strips.gp"
