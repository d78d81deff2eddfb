/* SPDX-License-Identifier: MIT */
/*
 * How many tasks fit. Half a dozen limits stand before the ten thousandth
 * thread of a program, each with a name and an error of its own; the smallest
 * decides, and the others show only after it is raised.
 */
#include "harness/machine/allowance.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct bound {
    bool of[ALLOW_MAX];   /* what it limits */
    const char *key;      /* in the environment */
    const char *hard_key; /* up to where one may raise it oneself, or NULL */
    long long per_task;   /* so many are used up by one */
    bool shared;          /* with all that runs already */
    const char *name;
    const char *command; /* raises it; NULL: none does */
};

static const struct bound bounds[] = {
    {.of = {[ALLOW_PROCESSES] = true, [ALLOW_THREADS] = true},
     .key = "nproc_soft",
     .hard_key = "nproc_hard",
     .per_task = 1,
     .name = "ulimit -u",
     .command = "prlimit --pid $$ --nproc=32768:32768"},
    {.of = {[ALLOW_PROCESSES] = true, [ALLOW_THREADS] = true},
     .key = "pid_max",
     .per_task = 1,
     .shared = true,
     .name = "kernel.pid_max",
     .command = "sysctl -w kernel.pid_max=65536"},
    {.of = {[ALLOW_PROCESSES] = true, [ALLOW_THREADS] = true},
     .key = "threads_max",
     .per_task = 1,
     .shared = true,
     .name = "kernel.threads-max",
     .command = "sysctl -w kernel.threads-max=65536"},
    {.of = {[ALLOW_PROCESSES] = true, [ALLOW_THREADS] = true},
     .key = "cgroup_pids_max",
     .per_task = 1,
     .name = "pids.max of the control group"},
    /* A stack and its guard page are two mappings. */
    {.of = {[ALLOW_THREADS] = true},
     .key = "max_map_count",
     .per_task = 2,
     .name = "vm.max_map_count",
     .command = "sysctl -w vm.max_map_count=65530"},
    /* Each run raises the soft limit to the hard one by itself. */
    {.of = {[ALLOW_DESCRIPTORS] = true},
     .key = "nofile_hard",
     .per_task = 1,
     .name = "ulimit -Hn",
     .command = "prlimit --pid $$ --nofile=16384:16384"},
};

static long long number(const json_t *environment, const char *key)
{
    const json_t *value = json_object_get(environment, key);

    return json_is_integer(value) ? json_integer_value(value) : LLONG_MAX;
}

/* How many tasks the bound leaves room for. */
static long long room(const json_t *environment, const struct bound *bound)
{
    long long limit = number(environment, bound->key);
    long long used = number(environment, "existing_threads");

    if (limit == LLONG_MAX)
        return limit;
    if (bound->shared && used != LLONG_MAX)
        limit = limit > used ? limit - used : 0;
    return limit / bound->per_task;
}

/* Besides the tasks' own there are those of the program and of the peer. */
enum { NEEDED = ALLOWANCE_TASKS + 100 };

static void say_command(const json_t *environment, const struct bound *bound,
                        bool superuser, struct allowance *ret)
{
    /* What one may raise oneself, up to the hard limit, the shell raises. */
    if (bound->hard_key != NULL &&
        number(environment, bound->hard_key) >= NEEDED)
        snprintf(ret->command, sizeof ret->command, "%s %d", bound->name,
                 NEEDED);
    else if (bound->command != NULL)
        snprintf(ret->command, sizeof ret->command, "%s%s",
                 superuser ? "" : "sudo ", bound->command);
}

static void find_one(const json_t *environment, enum allowance_of of,
                     struct allowance *ret)
{
    bool superuser = json_is_true(json_object_get(environment, "superuser"));
    const struct bound *decisive = NULL;

    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        /* The kernel does not count the processes of the superuser. */
        if (!bounds[i].of[of] ||
            (superuser && strcmp(bounds[i].key, "nproc_soft") == 0))
            continue;
        long long allowed = room(environment, &bounds[i]);
        if (allowed < ret->allowed) {
            ret->allowed = allowed;
            decisive = &bounds[i];
        }
    }
    if (decisive == NULL)
        return;
    ret->bound = decisive->name;
    if (ret->allowed < NEEDED)
        say_command(environment, decisive, superuser, ret);
}

void allowance_find(const json_t *environment, struct allowance ret[ALLOW_MAX])
{
    static const char *const names[ALLOW_MAX] = {
        [ALLOW_PROCESSES] = "processes",
        [ALLOW_THREADS] = "threads",
        [ALLOW_DESCRIPTORS] = "descriptors",
    };

    for (unsigned of = 0; of < ALLOW_MAX; of++) {
        ret[of] = (struct allowance){
            .what = names[of], .allowed = LLONG_MAX, .bound = ""};
        find_one(environment, (enum allowance_of)of, &ret[of]);
    }
}

void allowance_list(const json_t *environment, char *text, size_t room)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        long long limit = number(environment, bounds[i].key);
        if (limit != LLONG_MAX && length < room)
            length +=
                (size_t)snprintf(text + length, room - length, "%s%s %lld",
                                 length > 0 ? ", " : "", bounds[i].name, limit);
    }
}
