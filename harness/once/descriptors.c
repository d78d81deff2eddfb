/* SPDX-License-Identifier: MIT */
#include "harness/once/descriptors.h"

#include <sys/resource.h>

void descriptors_allow_all(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}
