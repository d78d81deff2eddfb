/* SPDX-License-Identifier: MIT */
/* The kernel as it is; the other side of hostile.c. */
#include "tests/hostile.h"

void hostile_report(void)
{
}
