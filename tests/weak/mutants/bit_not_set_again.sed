# SPDX-License-Identifier: MIT
# Who is woken does not speak for who still sleeps.
/sleep: before leaving/,/^}/s/ > 1)/ > 1000)/
