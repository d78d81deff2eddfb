/* SPDX-License-Identifier: MIT */
/*
 * Files: each task writes one, sees it onto the disk, reads it back and deletes
 * it. Regular files never say "would block": a write that needs no disk is a
 * copy, one that does stops the caller, and epoll refuses them. So an event
 * loop and all its coroutines stand still during an fsync, while threads and
 * processes wait for the disk together. Look at what `fsync` does to each.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { FOLDER, FILE_BYTES, CHUNK_BYTES, FSYNC };

static const struct parameter parameters[] = {
    [FOLDER] = {.name = "folder",
                .unit = "",
                .meaning = "where the files live; empty: $TMPDIR or /tmp",
                .text = ""},
    [FILE_BYTES] = {.name = "file_bytes",
                    .unit = "B",
                    .meaning = "size of each task's file",
                    .preset = 65536,
                    .min = 1,
                    .max = 1 << 30},
    [CHUNK_BYTES] = {.name = "chunk_bytes",
                     .unit = "B",
                     .meaning = "written or read at a time",
                     .preset = 16384,
                     .min = 8,
                     .max = 16 << 20},
    [FSYNC] = {.name = "fsync",
               .unit = "",
               .meaning = "1: wait until the disk has it; 0: do not",
               .preset = 1,
               .min = 0,
               .max = 1},
};

struct files_shared {
    int folder;
    bool fsync;
    uint64_t file_bytes;
    uint64_t chunk_bytes;
    unsigned char *chunks; /* one for each task, */
    size_t stride_bytes;   /* so far apart */
};

struct draft {
    int fd;
    int error;              /* what has spoilt it, an errno value */
    uint64_t offset;        /* of the next chunk */
    uint64_t written, read; /* digests of the contents */
};

static struct draft *draft_of(struct task *task)
{
    return (struct draft *)(void *)task->state;
}

static unsigned char *chunk_of(const struct task *task)
{
    const struct files_shared *shared = task->shared;

    return shared->chunks + task->index * shared->stride_bytes;
}

/* Of the chunk that begins at `offset`: the last of a file may be shorter. */
static size_t chunk_length(const struct files_shared *shared, uint64_t offset)
{
    uint64_t left = shared->file_bytes - offset;

    return left < shared->chunk_bytes ? left : shared->chunk_bytes;
}

/* Opens a file without a name: whatever ends the run, nothing is left behind.
 * Where the file system has no such thing (open(2), O_TMPFILE), the name is
 * there for a moment. Returns the descriptor or -errno. */
static int open_nameless(int folder, uint64_t index)
{
    char name[64];
    int fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return fd >= 0 ? fd : -errno;
    snprintf(name, sizeof name, ".heddle-%d-%llu", getpid(),
             (unsigned long long)index);
    fd = openat(folder, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    unlinkat(folder, name, 0);
    return fd;
}

static bool write_chunk(struct task *task)
{
    const struct files_shared *shared = task->shared;
    struct draft *draft = draft_of(task);
    unsigned char *chunk = chunk_of(task);
    size_t length = chunk_length(shared, draft->offset);
    uint64_t start = draw_u64(task->seed, task->index, draft->offset);

    for (size_t i = 0; i < length; i += sizeof(uint64_t)) {
        uint64_t word = mix64(start + i);
        size_t left = length - i;
        memcpy(chunk + i, &word, left < sizeof word ? left : sizeof word);
    }
    draft->written = digest_bytes(draft->written, chunk, length);
    return op_write(&task->op, draft->fd, chunk, length,
                    (int64_t)draft->offset);
}

static bool read_chunk(struct task *task)
{
    struct draft *draft = draft_of(task);
    size_t length = chunk_length(task->shared, draft->offset);

    return op_read(&task->op, draft->fd, chunk_of(task), length,
                   (int64_t)draft->offset);
}

static bool create(struct task *task)
{
    const struct files_shared *shared = task->shared;
    int fd = open_nameless(shared->folder, task->index);

    if (fd < 0)
        return task_fail(task, -fd);
    draft_of(task)->fd = fd;
    return write_chunk(task);
}

static bool begin_reading(struct task *task)
{
    struct draft *draft = draft_of(task);

    draft->offset = 0;
    /* Or a read that does nothing would find what was written. */
    memset(chunk_of(task), 0, chunk_length(task->shared, 0));
    return read_chunk(task);
}

static bool after_write(struct task *task)
{
    const struct files_shared *shared = task->shared;
    struct draft *draft = draft_of(task);

    draft->offset += task->op.length;
    if (draft->offset < shared->file_bytes)
        return write_chunk(task);
    return shared->fsync ? op_fsync(&task->op, draft->fd) : begin_reading(task);
}

static bool after_read(struct task *task)
{
    const struct files_shared *shared = task->shared;
    struct draft *draft = draft_of(task);

    draft->read = digest_bytes(draft->read, chunk_of(task), task->op.length);
    draft->offset += task->op.length;
    if (draft->offset < shared->file_bytes)
        return read_chunk(task);
    if (draft->read != draft->written)
        draft->error = EIO;
    return op_close(&task->op, draft->fd);
}

static bool files_next(struct task *task)
{
    const struct op *op = &task->op;
    struct draft *draft = draft_of(task);

    if (op->kind == OP_START)
        return create(task);
    if (draft->error == 0)
        draft->error =
            op->error != 0 ? op->error : (op->done < op->length ? EIO : 0);
    if (op->kind == OP_CLOSE) {
        task->digest = draft->read;
        return task_fail(task, draft->error);
    }
    if (draft->error != 0)
        return op_close(&task->op, draft->fd);
    switch (op->kind) {
    case OP_WRITE:
        return after_write(task);
    case OP_READ:
        return after_read(task);
    default:
        return begin_reading(task); /* after the fsync */
    }
}

static int open_folder(struct job *job)
{
    const char *path = job_workload_text(job, FOLDER);

    if (*path == '\0')
        path = getenv("TMPDIR");
    if (path == NULL || *path == '\0')
        path = "/tmp";
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return job_fail(job, errno, "files.folder: opening %s", path);
    int fd = open_nameless(folder, job->plan.ntasks);
    if (fd < 0) {
        close(folder);
        return job_fail(job, -fd, "files.folder: making a file in %s", path);
    }
    close(fd);
    return folder;
}

static size_t chunks_bytes(const struct job *job)
{
    const struct files_shared *shared = job->shared;

    return job->plan.ntasks * shared->stride_bytes;
}

static int files_setup(struct job *job)
{
    struct files_shared *shared = job->shared;

    shared->file_bytes = job_workload_number(job, FILE_BYTES);
    shared->chunk_bytes = job_workload_number(job, CHUNK_BYTES);
    shared->fsync = job_workload_number(job, FSYNC) != 0;
    shared->stride_bytes =
        (chunk_length(shared, 0) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    if (job->plan.ntasks > SIZE_MAX / shared->stride_bytes)
        return job_fail(job, ENOMEM, "making buffers for the chunks");
    shared->folder = open_folder(job);
    if (shared->folder < 0)
        return shared->folder;
    /* Populated: the kernel has touched every page, so that no model pays. */
    shared->chunks = mmap(NULL, chunks_bytes(job), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (shared->chunks == MAP_FAILED) {
        int error = errno;
        close(shared->folder);
        return job_fail(job, error, "making buffers for the chunks");
    }
    return 0;
}

static void files_teardown(struct job *job)
{
    const struct files_shared *shared = job->shared;

    munmap(shared->chunks, chunks_bytes(job));
    close(shared->folder);
}

const struct workload workload_files = {
    .name = "files",
    .summary = "files written, synced, read back and deleted",
    .kind = WORKLOAD_IO,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 64,
    .state_bytes = sizeof(struct draft),
    .shared_bytes = sizeof(struct files_shared),
    .setup = files_setup,
    .next = files_next,
    .teardown = files_teardown,
};
