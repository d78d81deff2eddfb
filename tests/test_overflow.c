/* SPDX-License-Identifier: MIT */
/*
 * A task that needs more stack than its coroutine has: the run fails, and says
 * whose stack was too small. The same task is well with a larger one, and a
 * fault that is no overflow stays what it is.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/sanitizers.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/registry.h"

enum { NTASKS = 40, CULPRIT = 17, FRAME_BYTES = 64 };

static int nfailures;

#define CHECK(condition, ...)                                                  \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("FAILED ");                                                 \
            printf(__VA_ARGS__);                                               \
            printf("\n");                                                      \
            nfailures++;                                                       \
        }                                                                      \
    } while (0)

/* What task CULPRIT does in its second step. */
static size_t depth_bytes;
static bool crashes;

/* Writes all of its frames, and leaves no gap that a pattern might fit in. */
static __attribute__((noinline)) unsigned descend(size_t bytes)
{
    volatile unsigned char frame[FRAME_BYTES] = {0};

    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = (unsigned char)(i + bytes);
    unsigned below = bytes > FRAME_BYTES ? descend(bytes - FRAME_BYTES) : 0;
    return below + frame[bytes % FRAME_BYTES];
}

static bool deep_next(struct task *task)
{
    unsigned *nsteps = (unsigned *)(void *)task->state;

    if (task->index == CULPRIT && *nsteps == 1) {
        if (crashes) /* a fault of the processor's, far from any stack */
            memset((void *)(uintptr_t)(depth_bytes + 16), 1, 1);
        task->digest = descend(depth_bytes) != 0;
    }
    return ++*nsteps < 4 && op_yield(&task->op);
}

static const struct workload deep = {
    .name = "deep",
    .summary = "a task that calls deeply",
    .state_bytes = sizeof(unsigned),
    .next = deep_next,
};

static void set(struct configuration *c, const char *setting)
{
    struct complaint complaint;

    if (configuration_set(c, setting, &complaint) != 0) {
        printf("FAILED %s\n", complaint.text);
        exit(1);
    }
}

/* Returns what measure does. `complaint` says why. */
static int run(const char *check, const char *switch_setting, size_t bytes,
               struct complaint *complaint)
{
    struct configuration c;
    struct measurement m;
    char setting[64];

    if (configuration_init(&c, model_find("coroutines"), &deep) != 0)
        exit(1);
    snprintf(setting, sizeof setting, "coroutines.stack_check=%s", check);
    set(&c, setting);
    set(&c, switch_setting);
    set(&c, "coroutines.stack_bytes=16384");
    c.ntasks = NTASKS;
    c.workers = 1;
    c.inflight = NTASKS;
    depth_bytes = bytes;
    struct job_plan plan = configuration_plan(&c);
    *complaint = (struct complaint){""};
    int result =
        measure(&plan, &(struct extras){.memory = false}, &m, complaint);
    CHECK(result != 0 || m.result.ntasks == NTASKS, "%s: %s tasks are missing",
          check, switch_setting);
    configuration_fini(&c);
    return result;
}

static void overflow(const char *check, const char *switch_setting)
{
    static const char told[] =
        "the coroutine of task 17 overflowed its stack of 16384 B; try --set "
        "coroutines.stack_bytes=32768";
    struct complaint complaint;

    int result = run(check, switch_setting, 8192, &complaint);
    CHECK(result == 0, "%s, %s, within the stack: %s", check, switch_setting,
          complaint.text);
    /* Of a stack that is checked only little may be exceeded: what is below
     * is the neighbour's. */
    result = run(check, switch_setting,
                 strcmp(check, "guard") == 0 ? 1 << 20 : 16384, &complaint);
    CHECK(result == -EFAULT, "%s, %s: measure returned %d", check,
          switch_setting, result);
    CHECK(strcmp(complaint.text, told) == 0, "%s, %s: it says: %s", check,
          switch_setting, complaint.text);
    printf("%s, %s: checked\n", check, switch_setting);
}

/* In a child, for it must die of it. */
static void crash(void)
{
    struct complaint complaint;
    int status;

    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        crashes = true;
        run("guard", "coroutines.switch=native", 0, &complaint);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
              WTERMSIG(status) == SIGSEGV,
          "a fault elsewhere: the child ended with status %x",
          (unsigned)status);
    printf("a fault elsewhere: checked\n");
}

int main(void)
{
    /* Those have marks of their own on every stack, which a coroutine that is
     * abandoned leaves behind, and answer a crash themselves. */
    if (SANITIZER_STACK_BYTES != 0) {
        printf("not under sanitizers\n");
        return 77;
    }
    overflow("guard", "coroutines.switch=native");
    overflow("guard", "coroutines.switch=ucontext");
    overflow("checked", "coroutines.switch=native");
    overflow("checked", "coroutines.switch=ucontext");
    crash();
    printf("%d failed\n", nfailures);
    return nfailures > 0;
}
