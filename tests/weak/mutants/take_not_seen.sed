# SPDX-License-Identifier: MIT
# The owner's look at top may overtake its word that it takes.
/take: before the bottom/,/take: before the top/s/memory_order_seq_cst/memory_order_release/
