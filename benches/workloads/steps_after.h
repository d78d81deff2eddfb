/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_STEPS_AFTER_H
#define WORKLOADS_STEPS_AFTER_H

#include <stdint.h>

/* What steps_compute(value, steps) returns, in some 100 us however many steps
 * there are: for looking after what somebody says to have computed. */
uint64_t steps_after(uint64_t value, uint64_t steps);

#endif
