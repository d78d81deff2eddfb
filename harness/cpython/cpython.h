/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CPYTHON_H
#define HARNESS_CPYTHON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/model.h"

struct complaint;
struct configuration;
struct parameter;
struct session;

/*
 * The real one beside ours: models that a CPython of this machine carries out,
 * with scripts/cpython/. A model follows from its name alone, `cpython311_
 * threads` or `cpython313t_threads` (free-threaded), so that sessions can be
 * read where there is no such CPython; whether there is one is looked up when
 * something is to be measured.
 */
enum cpython_mode {
    CPYTHON_SEQUENTIAL,
    CPYTHON_THREADS,
    CPYTHON_PROCESSES,
    CPYTHON_INTERPRETERS, /* with a GIL each, since 3.12 */
    CPYTHON_MODES
};
extern const char *const cpython_mode_names[CPYTHON_MODES];

struct cpython_version {
    unsigned major, minor;
    bool free_threaded; /* built to do without a GIL */
};

struct cpython {
    struct model model; /* model.cpython is this */
    struct cpython_version version;
    enum cpython_mode mode;
    struct cpython *next; /* that has been made */
    char name[40];
    char label[48]; /* "CPython 3.11, threads" */
};

/* Settings may say "cpython.interval_us" and mean every model here that has the
 * parameter. */
#define CPYTHON_OWNER "cpython"

/* ---- Names (cpython_names.c) ---- */

/* The model of that name; NULL: it is not the name of one. It is never freed.
 */
const struct model *cpython_model(const char *name);

/* The same from its parts; NULL: such a version does not have the mode. */
const struct model *cpython_model_of(struct cpython_version version,
                                     enum cpython_mode mode);

/* Is it a model of CPython, and has this parameter? */
bool cpython_has(const struct model *model, const char *parameter);

/* A model here that has this parameter; NULL: none has. */
const struct model *cpython_model_with(const char *parameter);

/* Refuses what Python programs do not do: other workloads, pinning, arrivals.
 * Returns 0, or -EINVAL with a complaint. */
int cpython_check(const struct configuration *configuration,
                  struct complaint *complaint);

/* ---- Those on this machine (cpython_find.c) ---- */

enum { CPYTHONS_MAX = 32 };

struct cpython_found {
    struct cpython_version version;
    char *full_version; /* "3.11.7" */
    char *path;         /* of the program itself, no link or script */
};

/* Asks every python3, python3.N, python, python2 and python2.7 in PATH, and
 * those that pyenv has installed, which CPython they are: once in this process.
 * The first one of a version counts; python3 of PATH comes first. Returns how
 * many there are; *ret points to the first. */
size_t cpython_find(const struct cpython_found **ret);

/* The one of that version; NULL: there is none. */
const struct cpython_found *cpython_find_version(struct cpython_version);

/* All of them for people and programs: [{"version", "path", "free_threaded"}].
 */
json_t *cpython_json(void);

/* The same if this process has had to look for them; else NULL. */
json_t *cpython_json_if_looked(void);

/* ---- Which are meant (cpython_choose.c) ---- */

struct cpython_choice {
    const struct model *models[CPYTHONS_MAX];
    size_t nmodels;
    bool all;         /* asked for "cpython:MODE", so there may be several */
    char missing[64]; /* what is not on this machine; "" if something is */
};

/* Does it ask for models of CPython, rightly or wrongly? */
bool cpython_is_request(const char *text);

/* "cpython:threads": all that are here; "cpython3:threads": python3 of PATH,
 * else the newest with a GIL; "cpython3t:threads": the newest free-threaded;
 * "cpython2:threads"; or the name of a model. Returns 0, or -EINVAL with a
 * complaint if it is none of these. */
int cpython_choose(const char *text, struct cpython_choice *ret,
                   struct complaint *complaint);

/* ---- Runs (cpython_run.c) ---- */

/* Tells all processes that this one starts where the CPythons are that the
 * session needs, so that they need not look. Returns 0 or -errno. */
int cpython_prepare(const struct session *session);

/* What a run is asked for besides its configuration, as `heddle once` is. */
struct cpython_wish {
    const char *expect; /* NULL: nothing is known */
    bool json;
    bool trace; /* slices, where threads can note them */
};

/* Becomes the program that carries out this run. Returns only if that fails:
 * -errno, with a complaint. */
int cpython_become(const struct configuration *configuration,
                   const struct cpython_wish *wish,
                   struct complaint *complaint);

/* The folder of the Python programs; NULL: neither here nor installed. */
const char *cpython_folder(void);

#endif
