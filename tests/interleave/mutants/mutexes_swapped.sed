# SPDX-License-Identifier: MIT
# Whoever wants the lock locks the two mutexes under each other's name.
/^void gil_acquire/,/^}/{
s/&gil->mutex/\&swapped/
s/&gil->switch_mutex/\&gil->mutex/
s/&swapped/\&gil->switch_mutex/
}
