# SPDX-License-Identifier: MIT
# The evicted thread sleeps before it unlocks the mutex of the lock.
/^void gil_release/,/^}/{
/unlock(&gil->mutex)/d
s/^}/    unlock(\&gil->mutex);\n}/
}
