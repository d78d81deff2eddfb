# SPDX-License-Identifier: MIT
# The owner takes the last item without a contest.
s/if (left > 0)$/if (left >= 0)/
