# SPDX-License-Identifier: MIT
# The answer is noted when the mutex has been unlocked already.
/^void gil_acquire/,/^}/{
/    unlock(&gil->mutex);/d
s/^    note_answer(gil);/    unlock(\&gil->mutex);\n&/
}
