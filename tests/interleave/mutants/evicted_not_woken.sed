# SPDX-License-Identifier: MIT
# Who takes the lock does not say so.
/pthread_cond_signal(&gil->switched)/d
