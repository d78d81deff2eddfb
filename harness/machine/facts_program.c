/* SPDX-License-Identifier: MIT */
/*
 * Facts about this program: what it was built from and by, and what it was told
 * by the C library. None of them depends on the root.
 */
#include "harness/machine/facts.h"

#include <elf.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_HWLOC
#include <hwloc.h>
#endif

#include "harness/cpython/cpython.h"
#include "harness/once/counters.h"
#include "harness/version.h"

/* NULL for the empty text that CMake leaves where it found nothing. */
static json_t *text_unless_empty(const char *text)
{
    return *text == '\0' ? NULL : json_string(text);
}

json_t *fact_architecture(const char *root, const char *path)
{
    struct utsname names;

    (void)root, (void)path;
    return uname(&names) < 0 ? NULL : json_string(names.machine);
}

json_t *fact_libc(const char *root, const char *path)
{
    (void)root, (void)path;
    return json_sprintf("glibc %s", gnu_get_libc_version());
}

json_t *fact_compiler(const char *root, const char *path)
{
    (void)root, (void)path;
    return text_unless_empty(HEDDLE_COMPILER);
}

json_t *fact_compiler_flags(const char *root, const char *path)
{
    (void)root, (void)path;
    return json_string(HEDDLE_FLAGS);
}

json_t *fact_build_type(const char *root, const char *path)
{
    (void)root, (void)path;
    return text_unless_empty(HEDDLE_BUILD_TYPE);
}

json_t *fact_heddle_version(const char *root, const char *path)
{
    (void)root, (void)path;
    return json_string(HEDDLE_VERSION);
}

json_t *fact_git_commit(const char *root, const char *path)
{
    (void)root, (void)path;
    return text_unless_empty(HEDDLE_COMMIT);
}

json_t *fact_hwloc_version(const char *root, const char *path)
{
    (void)root, (void)path;
#ifdef HAVE_HWLOC
    unsigned version = hwloc_get_api_version();
    return json_sprintf("%u.%u.%u", version >> 16, version >> 8 & 255,
                        version & 255);
#else
    return NULL;
#endif
}

json_t *fact_clock_resolution_ns(const char *root, const char *path)
{
    struct timespec resolution;

    (void)root, (void)path;
    if (clock_getres(CLOCK_MONOTONIC, &resolution) < 0)
        return NULL;
    return json_integer(resolution.tv_sec * 1000000000LL + resolution.tv_nsec);
}

json_t *fact_page_bytes(const char *root, const char *path)
{
    (void)root, (void)path;
    return json_integer(sysconf(_SC_PAGESIZE));
}

/* The GNU note of that name in a segment of notes: a header, the name, the id,
 * the two rounded up to whole words (elf(5)). */
static json_t *find_build_id(const char *notes, size_t bytes)
{
    const char *end = notes + bytes;

    while (notes + sizeof(ElfW(Nhdr)) < end) {
        const ElfW(Nhdr) *head = (const ElfW(Nhdr) *)(const void *)notes;
        const char *name = notes + sizeof *head;
        const char *id = name + ((head->n_namesz + 3) & ~3U);
        notes = id + ((head->n_descsz + 3) & ~3U);
        if (head->n_type != NT_GNU_BUILD_ID || notes > end ||
            head->n_descsz > 32 || memcmp(name, "GNU", 4) != 0)
            continue;
        char text[65] = "";
        for (unsigned i = 0; i < head->n_descsz; i++)
            sprintf(strchr(text, '\0'), "%02x", (unsigned char)id[i]);
        return json_string(text);
    }
    return NULL;
}

/* The program itself comes first, before its libraries. */
static int visit_program(struct dl_phdr_info *info, size_t size, void *context)
{
    json_t **ret = context;

    (void)size;
    for (unsigned i = 0; i < info->dlpi_phnum && *ret == NULL; i++)
        if (info->dlpi_phdr[i].p_type == PT_NOTE)
            *ret = find_build_id((const char *)info->dlpi_addr +
                                     info->dlpi_phdr[i].p_vaddr,
                                 info->dlpi_phdr[i].p_memsz);
    return 1;
}

json_t *fact_build_id(const char *root, const char *path)
{
    json_t *id = NULL;

    (void)root, (void)path;
    dl_iterate_phdr(visit_program, &id);
    return id;
}

/* What programs are told to use; ours does not look. */
json_t *fact_locale(const char *root, const char *path)
{
    static const char *const names[] = {"LC_ALL", "LC_NUMERIC", "LANG"};

    (void)root, (void)path;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0')
            return json_string(value);
    }
    return NULL;
}

json_t *fact_cpythons(const char *root, const char *path)
{
    (void)root, (void)path;
    return cpython_json_if_looked();
}

json_t *fact_perf(const char *root, const char *path)
{
    unsigned which = 0;

    (void)root;
    while (strcmp(counter_names[which], path) != 0)
        which++;
    int err = counters_try((enum counter)which);
    if (err == 0)
        return json_string("available");
    return json_string(counters_reason(err));
}
