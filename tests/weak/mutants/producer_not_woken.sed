# SPDX-License-Identifier: MIT
# Nobody tells the producer that there is room.
s/parking_wake(&stealing->producer);/(void)stealing;/
