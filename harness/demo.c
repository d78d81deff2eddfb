/* SPDX-License-Identifier: MIT */
/* `heddle demo`: a question for the class, a minute of measuring at most, one
 * chart, one sentence. The measuring is that of `heddle bench --quick`, unless
 * a demo brings its own (harness/demo.h). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/demo.h"
#include "harness/options.h"

static const struct demo {
    const char *name;
    const char *summary;
    const char *ask;        /* NULL: it asks by itself */
    const char *experiment; /* NULL: it brings its own */
    int (*show)(const struct options *options);
} demos[] = {
    {"cores", "who uses more than one core for computing",
     "Seven programs do the same computing on this machine.\n"
     "Which of them will use more than one core, and how do you know?",
     "models-cpu", NULL},
    {"waiting", "who can wait for many things at once",
     "The same seven programs, but now each task mostly waits.\n"
     "Which of them take as long as one wait, which as long as all of them?",
     "models-io", NULL},
    {"startup", "what a task costs that does nothing",
     "A process, a thread, a coroutine, and no work for any of them.\n"
     "How many threads can you have for the price of one process?",
     "startup", NULL},
    {"latency", "who keeps up with requests that arrive when they like",
     "Requests arrive when they like, 2000 to 8000 a second.\n"
     "Whose queue grows without end first, and would its users notice?",
     "latency", NULL},
    {"stall", "what a measurement hides that waits for each answer",
     "1000 requests a second; in every ten seconds the server sleeps for one.\n"
     "How long does the slowest hundredth wait? What does a client note down\n"
     "that asks again only when it has its answer?",
     NULL, demo_stall},
    {"aa", "when is a difference a difference",
     "A and B are one and the same program. A benchmark times both and says\n"
     "that B is 1.3 % faster, p = 0.003. How often will it say such a thing?",
     NULL, demo_aa},
    {"table", "why the 65th open file may take a thousand times as long",
     "A program opens 5000 descriptors, one after the other, and times each.\n"
     "Another one does the same beside a thread that only sleeps.\n"
     "Which descriptors take longest, and does the sleeper matter?",
     NULL, demo_table},
    {"gil", "a lock for a whole interpreter, in four stops", NULL, NULL,
     demo_gil},
};

enum { NDEMOS = sizeof demos / sizeof *demos };

void demo_print_names(void)
{
    for (size_t i = 0; i < NDEMOS; i++)
        puts(demos[i].name);
}

static int list_demos(void)
{
    puts("Demos for the classroom, each under a minute:\n");
    for (size_t i = 0; i < NDEMOS; i++)
        printf("  heddle demo %-10s %s\n", demos[i].name, demos[i].summary);
    puts("\nEach prints a question to ask first, measures, and ends with its "
         "answer, most\nof them with a chart in plots/.");
    return EXIT_WELL;
}

static int bench_demo(const struct demo *demo, const struct options *options)
{
    char experiment[32];
    char *arguments[] = {experiment, NULL};
    struct options quick = *options;

    snprintf(experiment, sizeof experiment, "%s", demo->experiment);
    quick.quick = true;
    quick.arguments = arguments;
    quick.narguments = 1;
    return command_bench(&quick);
}

/* A class needs time to answer. Without a terminal there is no class. */
void demo_ask(const char *question)
{
    printf("Ask before you show it:\n\n");
    for (const char *line = question; *line != '\0';) {
        int length = (int)strcspn(line, "\n");
        printf("  %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
    putchar('\n');
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        printf("Press Enter to measure. ");
        fflush(stdout);
        for (int c = 0; c != '\n' && c != EOF;)
            c = getchar();
        putchar('\n');
    }
    fflush(stdout);
}

int command_demo(const struct options *options)
{
    if (options->narguments == 0)
        return list_demos();
    for (size_t i = 0; i < NDEMOS; i++) {
        if (strcmp(demos[i].name, options->arguments[0]) != 0)
            continue;
        if (demos[i].ask != NULL)
            demo_ask(demos[i].ask);
        return demos[i].show != NULL ? demos[i].show(options)
                                     : bench_demo(&demos[i], options);
    }
    complain("there is no demo %s; `heddle demo` names them",
             options->arguments[0]);
    return EXIT_USAGE;
}
