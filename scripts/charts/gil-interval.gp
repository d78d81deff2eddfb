# SPDX-License-Identifier: MIT
# What the switch interval decides: how long a request waits beside a thread
# that computes, once or twice an interval (the dashed lines), and what short
# intervals cost that thread. See panels.gp for the data; x and latencies
# are in ms, speed in % of a CPU thread alone. DATA.p90.tsv is like DATA.1.tsv,
# but the 90th percentile.

HOME = ARG0[1:strlen(ARG0) - strlen("gil-interval.gp")]
load HOME."theme.gp"

array TITLES[3] = ["an echo request", "the CPU thread", "the machine"]
array Y_LABEL[3] = ["latency (ms), log scale; dotted: 90th percentile", \
    "speed (% of its speed alone)", "context switches per second, log scale"]
array Y_LOG[3] = [1, 0, 1]
array Y_LEAST[3] = [1e300, 0, 1e300]
array Y_MOST[3] = [0, 100, 0]
array NAMED[3] = [1, 0, 0]
array REFERENCE[3] = ["x with lines dt (6, 5) lw 2.5 lc rgb SOFT, \
    2 * x with lines dt (6, 5) lw 2.5 lc rgb SOFT, \
    for [i = 1:N] DATA.'.p90.tsv' index i - 1 \
        using (val(strcol(1))):(val(strcol(2))) \
        with lines dt (2, 4) lw 2.5 lc rgb color(MODEL[i])", \
    "100 with lines dt (6, 5) lw 2.5 lc rgb SOFT", "NaN"]
array NOTES[3] = ["set label 'two intervals' right at first MOST_X / 8, \
    first MOST_X / 4 offset character -1, .8 tc rgb SOFT; \
    set label 'one interval' at first MOST_X / 8, \
    first MOST_X / 8 offset character 1, -.8 tc rgb SOFT", "", ""]
X_LABEL = "switch interval (ms), log scale"
X_LOG = 10
PAD = .03
SHARE = .58
KEY = ""
load HOME."panels.gp"
