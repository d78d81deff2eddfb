# SPDX-License-Identifier: MIT
# The look for sleepers may overtake the new bottom.
/push: before the bottom/,/return true/s/memory_order_seq_cst/memory_order_release/
