# SPDX-License-Identifier: MIT
# The ticket is drawn after the last look.
s/FUTEX_WAIT_PRIVATE, ticket/FUTEX_WAIT_PRIVATE, (ticket \& 0) | parking->word/
