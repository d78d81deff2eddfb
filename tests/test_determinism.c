/* SPDX-License-Identifier: MIT */
/*
 * Writes all that a session is written as: test_determinism SESSION FOLDER. Its
 * script (test_determinism.sh) runs it under several circumstances and compares
 * the bytes. What needs no second run is checked here: result.json that is read
 * and dumped again, by jansson alone and by way of a session, is the same.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/compare/across.h"
#include "harness/compare/across_print.h"
#include "harness/configuration.h"
#include "harness/export/export.h"
#include "harness/report/chart_data.h"
#include "harness/report/report.h"
#include "harness/report/view.h"
#include "harness/session/result.h"
#include "harness/session/session.h"

/* Does it, and ends the test if that does not go well. */
#define MUST(what)                                                             \
    do {                                                                       \
        if (!(what)) {                                                         \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);         \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

static char *join(const char *folder, const char *name)
{
    char *path;

    MUST(asprintf(&path, "%s/%s", folder, name) >= 0);
    return path;
}

static char *bytes_of(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");

    MUST(file != NULL && getdelim(&text, &room, '\0', file) > 0);
    fclose(file);
    return text;
}

static char *dumped(const json_t *value)
{
    char *dump = json_dumps(value, RESULT_NUMBERS | JSON_INDENT(1)), *text;

    MUST(dump != NULL && asprintf(&text, "%s\n", dump) >= 0);
    free(dump);
    return text;
}

static FILE *open_in(const char *folder, const char *name)
{
    char *path = join(folder, name);
    FILE *file = fopen(path, "we");

    MUST(file != NULL);
    free(path);
    return file;
}

/* The file, read by jansson and written again. */
static void check_jansson(const char *path)
{
    char *bytes = bytes_of(path);
    json_t *value = json_loads(bytes, JSON_REJECT_DUPLICATES, NULL);
    char *again = dumped(value);

    MUST(strcmp(bytes, again) == 0);
    free(again);
    json_decref(value);
    free(bytes);
}

/* The file, read as a session and written again. */
static void check_session(const char *path)
{
    struct session session;
    struct complaint complaint;

    MUST(session_load(path, &session, &complaint) == 0);
    char *bytes = bytes_of(path);
    json_t *value = result_json(&session);
    char *again = dumped(value);
    MUST(strcmp(bytes, again) == 0);
    free(again);
    json_decref(value);
    free(bytes);
    session_fini(&session);
}

static void write_texts(const struct session *session)
{
    FILE *file = open_in(session->folder, "tables.txt");
    MUST(report_print(file, session, true) == 0);
    fclose(file);
    file = open_in(session->folder, "tables.md");
    MUST(export_markdown(file, session) == 0);
    fclose(file);
    file = open_in(session->folder, "runs.csv");
    MUST(export_runs(file, session, true) == 0);
    fclose(file);
    for (unsigned e = 0; e < session->nexperiments; e++) {
        struct view view;
        MUST(view_init(&view, session, e) == 0);
        MUST(chart_data_write(&view) == 0);
        view_fini(&view);
    }
}

/* Against itself: the figures are dull, the path is all of it. */
static void write_comparison(const struct session *session)
{
    struct across across;
    FILE *file = open_in(session->folder, "compare.txt");

    MUST(across_init(&across, session, session, true) == 0);
    MUST(across_print(file, &across) == 0);
    fclose(file);
    file = open_in(session->folder, "compare.json");
    json_t *value = across_json(&across, 0.05);
    MUST(json_dumpf(value, file, RESULT_NUMBERS) == 0);
    json_decref(value);
    fclose(file);
    across_fini(&across);
}

int main(int argc, char **argv)
{
    struct session session;
    struct complaint complaint = {""};

    if (argc != 3) {
        fprintf(stderr, "usage: test_determinism SESSION FOLDER\n");
        return 2;
    }
    if (session_load(argv[1], &session, &complaint) != 0) {
        fprintf(stderr, "%s\n", complaint.text);
        return 1;
    }
    MUST(mkdir(argv[2], 0777) == 0);
    free(session.folder);
    session.folder = strdup(argv[2]);
    MUST(session.folder != NULL && result_write(&session) == 0);
    write_texts(&session);
    write_comparison(&session);
    session_fini(&session);

    static const char *const names[] = {"result.json", "hyperfine.json"};
    for (size_t i = 0; i < 2; i++) {
        char *path = join(argv[2], names[i]);
        check_jansson(path);
        if (i == 0)
            check_session(path);
        free(path);
    }
    return 0;
}
