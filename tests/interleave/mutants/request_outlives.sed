# SPDX-License-Identifier: MIT
# Who takes the lock leaves the request that was answered.
/^void gil_acquire/,/^}/{
/drop_request, false/d
}
