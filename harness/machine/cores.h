/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CORES_H
#define HARNESS_CORES_H

/* The cores this process may use: those of its affinity mask, and no more than
 * the CPU quota of its control group and of those above (v2 and v1) pays for,
 * rounded up. At least 1. `root` stands for "/" ("" on a real machine), so that
 * tests can show it another machine's files. */
unsigned cores_usable(const char *root);

#endif
