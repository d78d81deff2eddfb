/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a result.json: they are refused in one line, or everything is
 * made of them that `heddle show`, `export` and `compare` make, short of
 * pictures. What was accepted is then written, which leaves digits out, and
 * from then on reading and writing changes nothing.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/across.h"
#include "harness/compare/across_print.h"
#include "harness/compare/comparable.h"
#include "harness/configuration.h"
#include "harness/export/export.h"
#include "harness/options.h"
#include "harness/report/report.h"
#include "harness/session/result.h"
#include "harness/session/session.h"
#include "tests/fuzz/fuzz.h"

static char *result_text(const struct session *session)
{
    json_t *result = result_json(session);
    assert(result != NULL);
    char *text = json_dumps(result, RESULT_NUMBERS);
    assert(text != NULL);
    json_decref(result);
    return text;
}

/* Tables, bars and the files of the charts. A name in the file may be "inf":
 * then nothing can be said of the output. */
static void show(const struct session *session, bool check)
{
    static const struct options options;
    FILE *screen = stdout;
    char *text;
    size_t size;

    stdout = open_memstream(&text, &size);
    assert(stdout != NULL);
    int result = report_session(session, &options);
    assert(result == 0);
    fclose(stdout);
    stdout = screen;
    if (check) {
        fuzz_check_text(text, size);
        fuzz_check_folder("data");
    }
    free(text);
}

static void export_all(const struct session *session, bool check)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    int result = export_runs(out, session, true);
    assert(result == 0);
    result = export_runs(out, session, false);
    assert(result == 0);
    result = export_markdown(out, session);
    assert(result == 0);
    fclose(out);
    if (check)
        fuzz_check_text(text, size);
    free(text);
}

static void print_comparison(const struct across *across, bool check)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    int result = across_print(out, across);
    assert(result == 0);
    json_t *value = across_json(across, 0.05);
    assert(value != NULL);
    result = json_dumpf(value, out, RESULT_NUMBERS);
    assert(result == 0);
    json_decref(value);
    fclose(out);
    if (check)
        fuzz_check_text(text, size);
    free(text);
}

/* With itself, as if it had been measured once more. */
static void compare(const struct session *session, bool check)
{
    struct session again;
    struct complaint complaint = {""};
    struct across across;

    int result = session_load(session->folder, &again, &complaint);
    assert(result == 0);
    free(again.id);
    again.id = strdup("again");
    for (int relative = 0; relative < 2; relative++) {
        if (comparable_check(session, &again, !relative, &complaint) != 0) {
            fuzz_check_complaint(complaint.text, "");
            continue;
        }
        result = across_init(&across, session, &again, relative);
        assert(result == 0);
        print_comparison(&across, check);
        across_fini(&across);
    }
    session_fini(&again);
}

static void write_and_read(const struct session *session, struct session *ret)
{
    struct complaint complaint = {""};

    int result = result_write(session);
    assert(result == 0);
    result = session_load(session->folder, ret, &complaint);
    if (result != 0)
        fprintf(stderr, "%s\n", complaint.text);
    assert(result == 0);
}

static void write_and_read_twice(const struct session *session)
{
    struct session once, twice;

    write_and_read(session, &once);
    write_and_read(&once, &twice);
    char *first = result_text(&once), *second = result_text(&twice);
    assert(strcmp(first, second) == 0);
    free(second);
    free(first);
    session_fini(&twice);
    session_fini(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct session session;
    struct complaint complaint = {""};
    const char *path = fuzz_write("result.json", data, size);

    /* No gnuplot is found: the charts are bars of characters. */
    setenv("PATH", "", 1);
    if (session_load(fuzz_folder(), &session, &complaint) != 0) {
        fuzz_check_complaint(complaint.text, path);
        return 0;
    }
    bool check = !fuzz_has_no_number((const char *)data, size);
    show(&session, check);
    export_all(&session, check);
    compare(&session, check);
    write_and_read_twice(&session);
    session_fini(&session);
    return 0;
}
