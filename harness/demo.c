/* SPDX-License-Identifier: MIT */
/* `heddle demo`: a question for the class, a minute of measuring at most, one
 * chart, one sentence. The measuring is that of `heddle bench --quick`. */
#include <stdio.h>
#include <string.h>

#include "harness/options.h"

static const struct demo {
    const char *name;
    const char *experiment;
    const char *ask;
} demos[] = {
    {"cores", "models-cpu",
     "Seven programs do the same computing on this machine.\n"
     "Which of them will use more than one core, and how do you know?"},
    {"waiting", "models-io",
     "The same seven programs, but now each task mostly waits.\n"
     "Which of them take as long as one wait, which as long as all of them?"},
    {"startup", "startup",
     "A process, a thread, a coroutine, and no work for any of them.\n"
     "How many threads can you have for the price of one process?"},
};

enum { NDEMOS = sizeof demos / sizeof *demos };

static int list_demos(void)
{
    puts("Demos for the classroom, each under a minute:\n");
    for (size_t i = 0; i < NDEMOS; i++)
        printf("  heddle demo %-10s %s\n", demos[i].name, demos[i].experiment);
    puts("\nEach prints a question to ask first, measures, and ends with a "
         "chart in plots/.");
    return EXIT_WELL;
}

int command_demo(const struct options *options)
{
    if (options->narguments == 0)
        return list_demos();
    for (size_t i = 0; i < NDEMOS; i++) {
        if (strcmp(demos[i].name, options->arguments[0]) != 0)
            continue;
        char experiment[32];
        char *arguments[] = {experiment, NULL};
        struct options quick = *options;
        snprintf(experiment, sizeof experiment, "%s", demos[i].experiment);
        quick.quick = true;
        quick.arguments = arguments;
        quick.narguments = 1;
        printf("Ask before you show it:\n\n  %s\n\n", demos[i].ask);
        fflush(stdout);
        return command_bench(&quick);
    }
    complain("there is no demo %s; `heddle demo` names them",
             options->arguments[0]);
    return EXIT_USAGE;
}
