# SPDX-License-Identifier: MIT
# Who has waited asks, even if the lock has become free.
/^static void wait_an_interval/,/^}/{
/if (!gil->locked)/,/return;/d
}
