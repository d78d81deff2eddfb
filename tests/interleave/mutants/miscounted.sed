# SPDX-License-Identifier: MIT
# A thread that comes back at once is counted as a hand-over.
/^void gil_acquire/,/^}/s/memory_order_relaxed) != self)/memory_order_relaxed) + 1 > 0)/
