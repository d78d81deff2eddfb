/* SPDX-License-Identifier: MIT */
#ifndef BENCHES_PEERS_RESIDENT_H
#define BENCHES_PEERS_RESIDENT_H

#include <stdint.h>
#include <stdio.h>

/* What this process has in memory now, with the tables of its pages; 0: the
 * system does not say. */
static inline uint64_t resident_bytes(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    unsigned long long kib, sum = 0;
    char line[128];

    if (status == NULL)
        return 0;
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmRSS: %llu", &kib) == 1 ||
            sscanf(line, "VmPTE: %llu", &kib) == 1)
            sum += kib;
    fclose(status);
    return sum * 1024;
}

#endif
