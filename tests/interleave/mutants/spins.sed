# SPDX-License-Identifier: MIT
# The evicted thread spins instead of sleeping.
s/pthread_cond_wait(&gil->switched, &gil->switch_mutex);/unlock(\&gil->switch_mutex);\n        lock(\&gil->switch_mutex);/
