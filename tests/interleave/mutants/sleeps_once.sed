# SPDX-License-Identifier: MIT
# One sleep, however it ends.
/^static void await_switch/,/^}/s/while (/if (/
