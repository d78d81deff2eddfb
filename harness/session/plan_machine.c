/* SPDX-License-Identifier: MIT */
/*
 * What the machine will do to the numbers, in a few lines before they are
 * taken: there is still time to close a browser. `heddle doctor` says it at
 * length.
 */
#include <stdbool.h>
#include <string.h>

#include "harness/machine/advice.h"
#include "harness/machine/machine.h"
#include "harness/report/words.h"
#include "harness/session/plan.h"
#include "harness/session/session.h"

enum { WARNINGS_MAX = 3, COLUMNS = 79, INDENT = 4 };

/* Cuts the text behind its first sentence; a colon ends none. */
static void keep_first_sentence(char *text)
{
    char *end = strstr(text, ". ");

    if (end != NULL)
        end[1] = '\0';
}

/* A cure that is one sentence with a colon leads on to its command. */
static void print_warning(FILE *out, struct advice *advice)
{
    char cure[sizeof advice->mend + sizeof advice->command];

    keep_first_sentence(advice->found);
    keep_first_sentence(advice->mend);
    size_t length = strlen(advice->mend);
    bool leads_on = length > 0 && advice->mend[length - 1] == ':';
    snprintf(cure, sizeof cure, "%s%s%s", advice->mend, leads_on ? " " : "",
             leads_on ? advice->command : "");
    fputs("  - ", out);
    words_paragraph(out, advice->found, COLUMNS, INDENT);
    fprintf(out, "%*s", INDENT, "");
    words_paragraph(out, cure, COLUMNS, INDENT);
}

void plan_print_machine(FILE *out, const struct session *session)
{
    struct advice advice[ADVICE_MAX];
    size_t n = advice_collect(session->environment, 0, advice);
    char name[200], line[400];

    machine_name(session->environment, name, sizeof name);
    snprintf(line, sizeof line, "%s. Noise grade %c so far: %s", name,
             session->grade.letter, session->grade.reason);
    words_paragraph(out, line, COLUMNS, 0);
    for (size_t i = 0; i < n && i < WARNINGS_MAX; i++)
        print_warning(out, &advice[i]);
    if (n > 0)
        fprintf(out, "  heddle doctor says %s.\n",
                n > WARNINGS_MAX ? "this and more, at length" : "it at length");
}
