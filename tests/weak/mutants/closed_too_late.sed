# SPDX-License-Identifier: MIT
# Asks whether it is closed after the look.
/bool closed =/{N;d}; s/item != NULL || closed/item != NULL || atomic_load(\&stealing->closed)/
