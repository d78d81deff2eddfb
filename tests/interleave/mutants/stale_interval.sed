# SPDX-License-Identifier: MIT
# Who has waited asks, even if a new holder got the lock meanwhile.
s/else if (gil->switches == switches.*/else if (gil->switches >= switches)/
