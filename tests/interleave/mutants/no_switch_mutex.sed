# SPDX-License-Identifier: MIT
# Who takes the lock does so between the evicted thread's look and its sleep.
/^void gil_acquire/,/^}/{
/switch_mutex/d
}
