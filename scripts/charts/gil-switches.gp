# SPDX-License-Identifier: MIT
# Context switches per second while threads compute: what handing a lock round
# costs the machine. See panels.gp for the data.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-switches.gp")]
load HOME."theme.gp"

array TITLES[1] = [""]
array Y_LABEL[1] = ["context switches per second, log scale"]
array Y_LOG[1] = [1]
array Y_LEAST[1] = [10]
array Y_MOST[1] = [100]
array NAMED[1] = [1]
array REFERENCE[1] = ["NaN"]
array NOTES[1] = [""]
X_LABEL = "threads that compute, log scale"
X_LOG = 2
PAD = .06
SHARE = 1
KEY = ""
# What a logarithmic axis cannot show.
NO_END = ": none"
load HOME."panels.gp"
