/* SPDX-License-Identifier: MIT */
/*
 * Facts about this program: what it was built from and by, and what it was told
 * by the C library. None of them depends on the root.
 */
#include "harness/machine/facts.h"

#include <gnu/libc-version.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_HWLOC
#include <hwloc.h>
#endif

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
