/* SPDX-License-Identifier: MIT */
/* heddle: find the command, read its options, run it. Only here is exit. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "harness/once/counters.h"
#include "harness/options.h"
#include "harness/version.h"

/* The second line: + what was built in, or can be had here, - what not. */
static void print_version(void)
{
    bool perf = counters_try(COUNTER_CONTEXT_SWITCHES) == 0;
    bool cycles = counters_try(COUNTER_CYCLES) == 0;

    printf("heddle %s (%s), %s, %s\n", HEDDLE_VERSION,
           *HEDDLE_COMMIT != '\0' ? HEDDLE_COMMIT : "no commit",
           HEDDLE_BUILD_TYPE, HEDDLE_COMPILER);
    printf("%chwloc %cperf %ccycles\n", HEDDLE_HWLOC ? '+' : '-',
           perf ? '+' : '-', cycles ? '+' : '-');
}

static int run(int argc, char **argv)
{
    struct options options;

    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        print_version();
        return EXIT_WELL;
    }
    if (argc > 1 &&
        (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        options_print_help(stdout);
        return EXIT_WELL;
    }
    const struct command *command = options_command(argc, argv);
    if (command == NULL)
        return EXIT_USAGE;
    int status = options_parse(command, argc, argv, &options);
    if (status != 0)
        return status < 0 ? EXIT_WELL : status;
    status = command->run(&options);
    options_free(&options);
    return status;
}

int main(int argc, char **argv)
{
    int status = run(argc, argv);

    /* An earlier flush may have failed: the stream remembers. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == EXIT_WELL) {
        complain("standard output: it could not be written");
        status = EXIT_NOT_MEASURED;
    }
    return status;
}
