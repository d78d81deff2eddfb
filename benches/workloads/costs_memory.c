/* SPDX-License-Identifier: MIT */
/*
 * Pages: the first touch of one is a fault, in which the kernel finds a page,
 * fills it with zeros and enters it; a huge page is one fault for 512 times the
 * zeros. A page of a cached file is a system call and a copy.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "benches/workloads/costs.h"
#include "core/job.h"

void *cost_map(struct cost *cost, size_t bytes, bool huge)
{
    unsigned char *at =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED) {
        job_fail(cost->job, errno, "mapping %zu MiB", bytes >> 20);
        return NULL;
    }
    /* A kernel without huge pages refuses both, and all pages are small. */
    (void)madvise(at, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    return at;
}

/* ---- First touches ---- */

/* The pages of a batch, and room to begin at a multiple of their size. */
struct pages {
    void *mapping;
    size_t mapping_bytes;
    unsigned char *first;
    size_t page_bytes;
};

static long faults(void)
{
    struct rusage usage;

    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

/* Does the kernel give huge pages? Then one fault brings the whole of one. */
static bool is_one_fault(struct pages *pages)
{
    long before = faults();

    memset(pages->first, 1, pages->page_bytes);
    return faults() - before < 8;
}

int cost_page_open(struct cost *cost)
{
    struct pages *pages = calloc(1, sizeof *pages);

    if (pages == NULL)
        return job_fail(cost->job, ENOMEM, "making room for pages");
    pages->page_bytes = cost->primitive->size;
    pages->mapping_bytes = (cost->batch_most + 1) * pages->page_bytes;
    pages->mapping = cost_map(cost, pages->mapping_bytes,
                              pages->page_bytes == COST_HUGE_BYTES);
    if (pages->mapping == NULL) {
        free(pages);
        return -cost->job->error;
    }
    uintptr_t at = (uintptr_t)pages->mapping + pages->page_bytes - 1;
    pages->first = (unsigned char *)(at - at % pages->page_bytes);
    cost->own = pages;
    if (is_one_fault(pages))
        return 0;
    cost_page_close(cost);
    return job_fail(cost->job, ENOTSUP,
                    "no huge page was given; see "
                    "/sys/kernel/mm/transparent_hugepage/enabled");
}

/* Gives the pages of the batch before back. */
void cost_page_ready(struct cost *cost)
{
    struct pages *pages = cost->own;

    (void)madvise(pages->first, cost->batch_most * pages->page_bytes,
                  MADV_DONTNEED);
}

int cost_page(struct cost *cost, uint64_t n, uint64_t *done)
{
    struct pages *pages = cost->own;
    volatile unsigned char *at = pages->first;

    /* Zero before: nobody has touched it. */
    for (uint64_t i = 0; i < n; i++, at += pages->page_bytes)
        *done += at[0]++ == 0;
    return 0;
}

void cost_page_close(struct cost *cost)
{
    struct pages *pages = cost->own;

    munmap(pages->mapping, pages->mapping_bytes);
    free(pages);
}

/* ---- A cached file ---- */

enum { PAGE_BYTES = 4096, FILE_PAGES = 256 };

struct cached {
    int fd;
    uint64_t words[PAGE_BYTES / sizeof(uint64_t)];
};

/* Each page begins with its number. */
static int fill(struct cached *cached)
{
    for (uint64_t page = 0; page < FILE_PAGES; page++) {
        cached->words[0] = page;
        ssize_t n = pwrite(cached->fd, cached->words, PAGE_BYTES,
                           (off_t)(page * PAGE_BYTES));
        if (n != PAGE_BYTES)
            return n < 0 ? -errno : -ENOSPC;
    }
    return 0;
}

int cost_read_open(struct cost *cost)
{
    struct cached *cached = calloc(1, sizeof *cached);

    if (cached == NULL)
        return job_fail(cost->job, ENOMEM, "making room for a page");
    cached->fd = memfd_create("heddle-cost", MFD_CLOEXEC);
    int result = cached->fd < 0 ? -errno : fill(cached);
    if (result == 0) {
        cost->own = cached;
        return 0;
    }
    if (cached->fd >= 0)
        close(cached->fd);
    free(cached);
    return job_fail(cost->job, -result, "writing a file in memory");
}

int cost_read(struct cost *cost, uint64_t n, uint64_t *done)
{
    struct cached *cached = cost->own;

    for (uint64_t i = 0; i < n; i++) {
        uint64_t page = i % FILE_PAGES;
        ssize_t got = pread(cached->fd, cached->words, PAGE_BYTES,
                            (off_t)(page * PAGE_BYTES));
        *done += got == PAGE_BYTES && cached->words[0] == page;
    }
    return 0;
}

void cost_read_close(struct cost *cost)
{
    struct cached *cached = cost->own;

    close(cached->fd);
    free(cached);
}
