# SPDX-License-Identifier: MIT
# Who lets go does not say so.
/^void gil_release/,/^}/s/pthread_cond_signal(&gil->freed)/(void)gil/
