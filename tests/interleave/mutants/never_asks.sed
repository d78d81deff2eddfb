# SPDX-License-Identifier: MIT
# Patience without end: requests are counted, not made.
/^static void request_drop/,/^}/{
/atomic_store_explicit/d
}
