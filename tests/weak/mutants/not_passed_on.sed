# SPDX-License-Identifier: MIT
# Who finds work wakes nobody for the rest.
/return NULL;/,/^}/s/parking_wake(&stealing->workers);/(void)stealing;/
