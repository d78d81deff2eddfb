# SPDX-License-Identifier: MIT
# The evicted thread looks whether it has been relieved, but does not wait for it.
s/pthread_cond_wait(&gil->switched, &gil->switch_mutex);/break;/
