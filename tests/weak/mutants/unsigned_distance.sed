# SPDX-License-Identifier: MIT
# A bottom below top looks like a full deque.
s/if (left <= 0)/if (left == 0)/
