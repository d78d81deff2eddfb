# SPDX-License-Identifier: MIT
# What every chart shares: how data are read, colours and shapes, sizes, the
# header and the caption. A chart loads this first, after the caller has set
#   DATA    path of the data files without their ends: SESSION/data/NAME
#   OUT     file to write
#   FORMAT  "svg" or "png"
#   THEME   "light" or "dark"
# DATA.gp holds what the harness says: TITLE, SUBTITLE, CAPTION, CORES, ...
# Gnuplot does not measure text, so widths are estimated; tests/charts/lint.mjs
# measures them in a browser afterwards.

set encoding utf8
set datafile separator tab
set datafile missing "?"
load DATA.".gp"

if (!exists("THEME")) THEME = "light"
if (!exists("FORMAT")) FORMAT = "svg"
DARK = THEME eq "dark"

# Lengths are pixels of a 1280 x 720 picture, counted from its upper left.
WIDTH = 1280
if (!exists("HEIGHT")) HEIGHT = 720
EM = 18             # size of ordinary text; nothing is below CAPTION_EM
TITLE_EM = 28
CAPTION_EM = 15
CHAR = .57 * EM     # mean width of a character
LINE = 1.25 * EM    # distance of two lines
EDGE = 28           # blank border of the picture
sx(x) = x / real(WIDTH)
sy(y) = 1 - y / real(HEIGHT)

FONT = "DejaVu Sans"
sized(em) = sprintf("%s,%d", FONT, em)
bold(em) = sprintf("%s:Bold,%d", FONT, em)
BACK = DARK ? "#15181b" : "#ffffff"
INK = DARK ? "#f2f2f2" : "#1a1a1a"
SOFT = DARK ? "#b9bec4" : "#595959"
FAINT = DARK ? "#343a40" : "#e2e2e2"
SHADE = DARK ? "#1e2327" : "#f4f4f4"

# pngcairo counts in points of 1/72 inch at 96 pixels an inch.
if (FORMAT eq "png") {
    set terminal pngcairo size WIDTH, HEIGHT noenhanced font sized(EM) \
        fontscale .75 pointscale 1.85 background BACK
} else {
    set terminal svg size WIDTH, HEIGHT noenhanced font sized(EM) \
        background BACK
}
set output OUT

# Okabe and Ito's colours without the yellow, which no projector shows. A model
# keeps its colour and its shape in every chart; one that is not listed takes
# the first place whose owner is not in this chart. A chart therefore names its
# models in HERE (" a b c ") before it asks for a colour. Other people's
# libraries are hollow, libuv's grey, with the shape of what they are like.
PLACES = 18
array OWNER[PLACES] = ["sequential", "fork", "process_pool", "threads", \
    "thread_pool", "event_loop", "coroutines", "gil", "gil_ticks", \
    "gil_each", "work_stealing", "openmp", "io_uring", "libuv", \
    "libuv_poll", "libuv_pool", "", ""]
array SHAPE[PLACES] = [3, 9, 11, 5, 7, 13, 15, 7, 13, 9, 11, 4, 14, 12, 10, \
    6, 4, 4]
array ON_LIGHT[PLACES] = [0x333333, 0xd55e00, 0xe69f00, 0x009e73, \
    0x0072b2, 0xcc79a7, 0x56b4e9, 0xb2182b, 0x9552c4, 0x27408b, \
    0x6b7a1e, 0x332288, 0x882255, 0x595959, 0x949494, 0x767676, \
    0x8a8a8a, 0x8a8a8a]
array ON_DARK[PLACES] = [0xe4e4e4, 0xf4803c, 0xf5bc4a, 0x2cc99c, \
    0x3f9bea, 0xe59cc8, 0xa0dcff, 0xff6b78, 0xcba6f2, 0x8ea8ff, \
    0xbccf5a, 0xa99bf5, 0xe0709a, 0xcfcfcf, 0x808080, 0xa8a8a8, \
    0x9a9a9a, 0x9a9a9a]

# A real CPython has the colour and the shape of the model that does what it
# does, but hollow: cpython311_threads, cpython27_threads, cpython313t_threads.
cpython(m) = m[1:7] eq "cpython" && strstrt(m, "_") > 8
version(m) = m[8:strstrt(m, "_") - 1]
way(m) = m[strstrt(m, "_") + 1:*]
old(v) = v[1:1] eq "2" || v eq "30" || v eq "31"
threads(v) = old(v) ? "gil_ticks" : v[strlen(v):*] eq "t" ? "threads" : "gil"
kin(m) = !cpython(m) ? m : way(m) eq "threads" ? threads(version(m)) : \
    way(m) eq "processes" ? "process_pool" : \
    way(m) eq "interpreters" ? "gil_each" : "sequential"
hollow(s) = s == 3 ? 1 : s - 1
HERE = " "
note_model(m) = here(kin(m)) ? 0 : (HERE = HERE.kin(m)." ", 1)
here(m) = m ne "" && strstrt(HERE, " ".m." ") > 0
owned(m, i) = i > PLACES ? 0 : OWNER[i] eq m ? i : owned(m, i + 1)
unowned(i) = i < PLACES && here(OWNER[i]) ? unowned(i + 1) : i
adopt(m, i) = (OWNER[i] = m, i)
settle(m) = owned(m, 1) ? owned(m, 1) : adopt(m, unowned(1))
place(m) = settle(kin(m))
color(m) = DARK ? ON_DARK[place(m)] : ON_LIGHT[place(m)]
shape(m) = cpython(m) ? hollow(SHAPE[place(m)]) : SHAPE[place(m)]
size(m) = SHAPE[place(m)] == 3 || SHAPE[place(m)] == 5 ? .85 : 1

# A colour let through by t parts of 255, and one mixed half with the paper:
# the second shade.
through(c, t) = c + int(t) * 0x1000000
half(c) = ((c & 0xfefefe) >> 1) + (DARK ? 0x0a0c0d : 0x7f7f7f)

# Text. Lines are broken at blanks and set one by one; a number stays with what
# it counts.
digit(c) = strstrt("0123456789", c) > 0
gap(s, i) = s[i:i] eq " " && !digit(s[i - 1:i - 1])
back(s, i, n) = i < 2 ? n : gap(s, i) ? i - 1 : back(s, i - 1, n)
cut(s, n) = strlen(s) <= n ? strlen(s) : back(s, n + 1, n)
after(s, i) = s[i + 1:i + 1] eq " " ? s[i + 2:*] : s[i + 1:*]
lines(s, n) = strlen(s) <= n ? 1 : 1 + lines(after(s, cut(s, n)), n)
line(s, n, i) = i == 1 ? s[1:cut(s, n)] : line(after(s, cut(s, n)), n, i - 1)
longest(s, n, i) = i < 1 ? 0 : \
    max(strlen(line(s, n, i)), longest(s, n, i - 1))
width(s, n) = CHAR * longest(s, n, lines(s, n))
clip(s, n) = strlen(s) <= n ? s : s[1:n - 1]."…"
spaced(s) = strstrt(s, "_") == 0 ? s : \
    s[1:strstrt(s, "_") - 1]." ".spaced(s[strstrt(s, "_") + 1:*])
named(m, s) = s[1:strlen(m)] eq m ? spaced(m).s[strlen(m) + 1:*] : s

# Numbers.
max(a, b) = a > b ? a : b
min(a, b) = a < b ? a : b
known(s) = s ne "?" && s ne ""
# Gnuplot 5.4 does not read "5e+06" without a point.
e_at(s) = strstrt(s, "e")
number(s) = e_at(s) == 0 || strstrt(s, ".") > 0 ? real(s) : \
    real(s[1:e_at(s) - 1].".".s[e_at(s):*])
val(s) = known(s) ? number(s) : NaN

# A round step that cuts a range into at most n parts.
power(x) = 10 ** floor(log10(x))
round_up(x, p) = x <= p ? p : x <= 2 * p ? 2 * p : x <= 5 * p ? 5 * p : 10 * p
step(range, n) = round_up(range / n, power(range / n))

# Tics of logarithmic axes, for eval "set xtics (".tics(pixels, room).")": one a
# decade, or at 1, 2 and 5 where a decade has more than room pixels.
DECADES = ""
HALVES = ""
do for [e = -3:7] {
    DECADES = DECADES.sprintf(", %g", 10 ** e)
    HALVES = HALVES.sprintf(", %g, %g, %g", 10 ** e, 2 * 10 ** e, 5 * 10 ** e)
}
tics(pixels, room) = pixels > room ? HALVES[3:*] : DECADES[3:*]

# The header; TOP is where the picture may begin.
TITLE_COLUMNS = 70
SUBTITLE_COLUMNS = 108
TOP = 14 + TITLE_EM
do for [i = 1:lines(TITLE, TITLE_COLUMNS)] {
    set label line(TITLE, TITLE_COLUMNS, i) at screen sx(EDGE), sy(TOP) \
        font bold(TITLE_EM) tc rgb INK
    TOP = TOP + 1.2 * TITLE_EM
}
do for [i = 1:lines(SUBTITLE, SUBTITLE_COLUMNS)] {
    set label line(SUBTITLE, SUBTITLE_COLUMNS, i) at screen sx(EDGE), sy(TOP) \
        tc rgb SOFT
    TOP = TOP + LINE
}
BOTTOM = HEIGHT - 100
set label clip(CAPTION, 130) at screen sx(EDGE), sy(HEIGHT - 18) \
    font sized(CAPTION_EM) tc rgb SOFT

set border 3 lc rgb SOFT lw 1.5
set grid lt 1 lw 1 lc rgb FAINT
set tics nomirror scale .6 textcolor rgb INK
set format "%g"
set style fill transparent solid .3 noborder
unset key
