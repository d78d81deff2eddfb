# SPDX-License-Identifier: MIT
# The item may come after the new bottom.
/push: before the bottom/,/return true/s/memory_order_seq_cst/memory_order_relaxed/
