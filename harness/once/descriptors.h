/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DESCRIPTORS_H
#define HARNESS_DESCRIPTORS_H

/* Raises this process's limit of open descriptors, and thereby that of the
 * children it will have, to the highest that it may set itself. Shells hand
 * out 1024 and allow far more: the low one guards programs that use select(2).
 * Whoever finds even that too few hears EMFILE. */
void descriptors_allow_all(void);

#endif
