# SPDX-License-Identifier: MIT
# Who wakes up takes the lock without another look whether it is free.
s/while (gil->locked)/if (gil->locked)/
