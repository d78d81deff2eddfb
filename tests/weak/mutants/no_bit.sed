# SPDX-License-Identifier: MIT
# Who prepares to sleep does not say so.
s/atomic_fetch_or_explicit(&parking->word, PARKING_WANTED,$/atomic_fetch_or_explicit(\&parking->word, 0,/
