# SPDX-License-Identifier: MIT
# A full deque takes one more.
s/top_seen >= deque->capacity/top_seen > deque->capacity/
