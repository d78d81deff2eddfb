/* SPDX-License-Identifier: MIT */
/*
 * Which CPythons there are: whatever is called python is asked, since a name
 * can be a link, a script, or another implementation. Costs 20 to 100 ms each,
 * so it is done only when somebody wants to know, and once.
 */
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "harness/cpython/cpython.h"
#include "harness/session/process.h"

enum { CANDIDATES_MAX = 256, PATIENCE_S = 10 };

/* python3 comes first: what people get when they type it is what they mean. */
static const char *const patterns[] = {
    "python3",
    "python",
    "python2",
    "python2.7",
    "python3.[0-9]",
    "python3.[0-9][0-9]",
    "python3.[0-9][0-9]t",
};

static struct cpython_found found[CPYTHONS_MAX];
static size_t nfound;
static bool looked;

/* ---- Candidates ---- */

struct candidates {
    char *paths[CANDIDATES_MAX];
    char *files[CANDIDATES_MAX]; /* what they are links to */
    size_t n;
};

/* pyenv's script python3.N starts what is found below its folder anyway. */
static bool is_versioned_script(const char *path)
{
    FILE *file = fopen(path, "re");
    char start[2] = "";

    if (file == NULL)
        return true;
    bool script = fread(start, 1, sizeof start, file) == sizeof start &&
                  memcmp(start, "#!", sizeof start) == 0;
    fclose(file);
    return script && strpbrk(strrchr(path, '/'), "2.") != NULL;
}

static void add_candidate(struct candidates *all, const char *path)
{
    char *file = realpath(path, NULL);
    bool known = file == NULL || access(path, X_OK) != 0 ||
                 all->n == CANDIDATES_MAX || is_versioned_script(path);

    for (size_t i = 0; i < all->n && !known; i++)
        known = strcmp(all->files[i], file) == 0;
    char *copy = known ? NULL : strdup(path);
    if (copy == NULL) {
        free(file);
        return;
    }
    all->paths[all->n] = copy;
    all->files[all->n++] = file;
}

static void add_matches(struct candidates *all, const char *pattern)
{
    glob_t matches;

    if (glob(pattern, 0, NULL, &matches) != 0)
        return;
    for (size_t i = 0; i < matches.gl_pathc; i++)
        add_candidate(all, matches.gl_pathv[i]);
    globfree(&matches);
}

static void add_from_path(struct candidates *all, const char *pattern)
{
    const char *path = getenv("PATH");
    char text[PATH_MAX];

    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        /* What lies in the current folder is not for us to start. */
        if (*path == '/' && length < sizeof text - 40) {
            snprintf(text, sizeof text, "%.*s/%s", (int)length, path, pattern);
            add_matches(all, text);
        }
        path += length + (path[length] == ':');
    }
}

static void add_from_pyenv(struct candidates *all)
{
    const char *root = getenv("PYENV_ROOT"), *home = getenv("HOME");
    char text[PATH_MAX];
    int length = -1;

    if (root != NULL)
        length = snprintf(text, sizeof text, "%s/versions/*/bin/python", root);
    else if (home != NULL)
        length = snprintf(text, sizeof text, "%s/.pyenv/versions/*/bin/python",
                          home);
    if (length > 0 && (size_t)length < sizeof text)
        add_matches(all, text);
}

/* ---- Asking ---- */

static bool is_known(struct cpython_version v)
{
    return cpython_find_version(v) != NULL;
}

static void note(const json_t *answer)
{
    int cpython = 0, major = 0, minor = 0, free_threaded = 0;
    const char *version, *path;

    if (nfound == CPYTHONS_MAX ||
        json_unpack((json_t *)(uintptr_t)answer,
                    "{s:b, s:i, s:i, s:b, s:s, s:s}", "cpython", &cpython,
                    "major", &major, "minor", &minor, "free_threaded",
                    &free_threaded, "version", &version, "path", &path) != 0 ||
        !cpython || major < 0 || minor < 0)
        return;
    struct cpython_found one = {
        .version = {(unsigned)major, (unsigned)minor, free_threaded != 0}};
    if (is_known(one.version) ||
        cpython_model_of(one.version, CPYTHON_SEQUENTIAL) == NULL)
        return;
    one.full_version = strdup(version);
    one.path = strdup(path);
    if (one.full_version != NULL && one.path != NULL) {
        found[nfound++] = one;
        return;
    }
    free(one.full_version);
    free(one.path);
}

/* Who crashes, hangs, or says something else is no CPython. */
static void ask(struct watch *watch, char *path, char *script)
{
    char isolated[] = "-E", no_site[] = "-S", no_cache[] = "-B";
    char *argv[] = {path, isolated, no_site, no_cache, script, NULL};
    struct outcome outcome;

    if (process_run(watch, path, argv, PATIENCE_S * NS_PER_S, &outcome) != 0)
        return;
    json_t *answer =
        outcome.out != NULL ? json_loads(outcome.out, 0, NULL) : NULL;
    note(answer);
    json_decref(answer);
    outcome_fini(&outcome);
}

static void ask_all(struct candidates *all)
{
    struct watch watch;
    char script[PATH_MAX];

    if (cpython_folder() == NULL || watch_init(&watch) != 0)
        return;
    snprintf(script, sizeof script, "%s/about.py", cpython_folder());
    for (size_t i = 0; i < all->n && watch.signal == 0; i++)
        ask(&watch, all->paths[i], script);
    watch_fini(&watch);
    /* Nothing has begun that would have to be saved. */
    if (watch.signal != 0)
        raise(watch.signal);
}

size_t cpython_find(const struct cpython_found **ret)
{
    struct candidates all = {.n = 0};

    if (!looked) {
        looked = true;
        for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
            add_from_path(&all, patterns[i]);
        add_from_pyenv(&all);
        ask_all(&all);
    }
    for (size_t i = 0; i < all.n; i++) {
        free(all.paths[i]);
        free(all.files[i]);
    }
    *ret = found;
    return nfound;
}

const struct cpython_found *cpython_find_version(struct cpython_version v)
{
    const struct cpython_found *all;
    size_t n = cpython_find(&all);

    for (size_t i = 0; i < n; i++)
        if (all[i].version.major == v.major &&
            all[i].version.minor == v.minor &&
            all[i].version.free_threaded == v.free_threaded)
            return &all[i];
    return NULL;
}

json_t *cpython_json(void)
{
    const struct cpython_found *all;
    size_t n = cpython_find(&all);
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b}", "version", all[i].full_version,
                            "path", all[i].path, "free_threaded",
                            (int)all[i].version.free_threaded));
    return list;
}

json_t *cpython_json_if_looked(void)
{
    return looked ? cpython_json() : NULL;
}
