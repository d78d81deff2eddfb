# SPDX-License-Identifier: MIT
# Who lets go unlocks the other mutex.
/^void gil_release/,/^}/s/unlock(&gil->mutex)/unlock(\&gil->switch_mutex)/
