# SPDX-License-Identifier: MIT
# Looking twice is looking once, only longer.
s/looks < LOOKS_BEFORE_SLEEP/false/
