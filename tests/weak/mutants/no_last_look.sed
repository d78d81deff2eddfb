# SPDX-License-Identifier: MIT
# Sleeps without a last look.
s/void \*item = look(stealing, worker);/void *item = worker > 1000 ? look(stealing, worker) : NULL;/
