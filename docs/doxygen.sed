# SPDX-License-Identifier: MIT
#
# The headers carry plain comments; this makes them Doxygen's as it reads them.

# Only a documented file shows its members: let the licence line document it.
1s,.*,/** @file */,
# An angle bracket in prose is not HTML; within backticks it stays as it is.
/^ *\/?\*[^`]*$/s,<,\\<,g
:again
s,( /\*[^`]*[^`\])<,\1\\<,
t again
# A comment on lines of its own tells of what follows, one after code of that.
s,^( *)/\*( |$),\1/**\2,
s,([^ /].*) /\* ,\1 /**< ,
