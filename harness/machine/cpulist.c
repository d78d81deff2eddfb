/* SPDX-License-Identifier: MIT */
/*
 * Sets of CPUs in the kernel's own notation ("List format", cpuset(7)). One bit
 * for each CPU; a walk over 8192 of them costs microseconds.
 */
#include "harness/machine/cpulist.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/machine/small_file.h"

bool cpulist_has(const struct cpulist *list, unsigned cpu)
{
    return cpu < CPULIST_MAX && (list->words[cpu / 64] >> cpu % 64 & 1) != 0;
}

void cpulist_add(struct cpulist *list, unsigned cpu)
{
    if (cpu < CPULIST_MAX)
        list->words[cpu / 64] |= UINT64_C(1) << cpu % 64;
}

/* Moves *text past a number; CPULIST_MAX if there is none that fits. */
static unsigned take_number(const char **text)
{
    char *end;

    if (**text < '0' || **text > '9')
        return CPULIST_MAX;
    unsigned long number = strtoul(*text, &end, 10);
    *text = end;
    return number < CPULIST_MAX ? (unsigned)number : CPULIST_MAX;
}

int cpulist_parse(const char *text, struct cpulist *ret)
{
    struct cpulist list = {{0}};

    while (*text != '\0') {
        unsigned first = take_number(&text);
        unsigned last = first;
        if (*text == '-') {
            text++;
            last = take_number(&text);
        }
        if (last == CPULIST_MAX || first > last)
            return -EINVAL;
        for (unsigned cpu = first; cpu <= last; cpu++)
            cpulist_add(&list, cpu);
        if (*text == ',' && text[1] != '\0')
            text++;
        else if (*text != '\0')
            return -EINVAL;
    }
    *ret = list;
    return 0;
}

int cpulist_read(const char *root, const char *path, struct cpulist *ret)
{
    char text[4096];
    int err = small_file_text(root, path, text, sizeof text);

    return err < 0 ? err : cpulist_parse(text, ret);
}

unsigned cpulist_count(const struct cpulist *list)
{
    unsigned count = 0;

    for (size_t i = 0; i < CPULIST_MAX / 64; i++)
        count += (unsigned)__builtin_popcountll(list->words[i]);
    return count;
}

unsigned cpulist_next(const struct cpulist *list, unsigned cpu)
{
    while (cpu < CPULIST_MAX && !cpulist_has(list, cpu))
        cpu++;
    return cpu;
}

void cpulist_format(const struct cpulist *list, char *ret, size_t room)
{
    size_t used = 0;
    unsigned first = cpulist_next(list, 0);

    assert(room > 0);
    *ret = '\0';
    while (first < CPULIST_MAX && used < room) {
        unsigned last = first;
        while (cpulist_has(list, last + 1))
            last++;
        used += (size_t)snprintf(ret + used, room - used,
                                 last > first ? "%s%u-%u" : "%s%u",
                                 used > 0 ? "," : "", first, last);
        first = cpulist_next(list, last + 1);
    }
}
