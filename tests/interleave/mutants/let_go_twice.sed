# SPDX-License-Identifier: MIT
# At the look-up the holder lets go of what it has let go of.
/^void gil_checkpoint/,/^}/s/^    gil_release(gil, self);/&\n&/
