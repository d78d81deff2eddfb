/* SPDX-License-Identifier: MIT */
/*
 * Two tables, and the code that walks them: to parse, to print --help, to write
 * the manual. An option that is not in its command's row does not exist there.
 */
#include "harness/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct command commands[] = {
    {"list", "", "models, workloads with their parameters, experiments", "", 0,
     0, command_list},
    {"run", "", "compare models on one workload",
     "Each of --workers and --inflight may be a list: then it is swept.", 0, 0,
     command_run},
    {"once", "", "one run in this process",
     "Prints nothing if all is well, so that other tools can time it.", 0, 0,
     command_once},
    {"trace", "", "who ran, who waited, when",
     "Checks the work, runs it with the trace off and on, and tells what each "
     "worker did.\nThe JSON opens in https://ui.perfetto.dev and "
     "chrome://tracing.",
     0, 0, command_trace},
    {"bench", "[EXPERIMENT...]", "measure experiments and draw their charts",
     "An experiment is a name from `heddle list` or a JSON file of your own. "
     "Without\n--quick and --rigorous: ratios to 1.5 %, at most 60 blocks, "
     "270 s in all.",
     0, 64, command_bench},
    {"show", "[SESSION]", "tables and charts of an earlier session",
     "SESSION is its folder or its result.json; without: the newest below "
     "results/.",
     0, 1, command_show},
    {"compare", "A B", "what has changed from session A to session B",
     "A and B are folders or result.json files. Refuses, with exit status 2, "
     "another\nmachine, other work, and days on which the machine was more "
     "than 2 % faster or\nslower. Weaker than two builds measured side by "
     "side.",
     0, 2, command_compare},
    {"export", "[SESSION]", "a session for other programs and for documents",
     "--tsv and --csv: a line a run, with the unit in each column's name. "
     "--md: "
     "the\ntables of estimates and comparisons.",
     0, 1, command_export},
    {"peer", "", "the slow peer, by itself",
     "Listens on 127.0.0.1 until it is interrupted. With --client it is the "
     "other\nside: it loads an echo server that listens on PORT, and tells how "
     "long it waited. With --load it asks\nan HTTP server, over many "
     "connections, in closed loops or in an open one.",
     0, 0, command_peer},
    {"doctor", "", "what in this machine will bend the numbers, and the cure",
     "", 0, 0, command_doctor},
    {"demo", "[NAME]", "a classroom demo: one question, one chart",
     "Without a name: which there are.", 0, 1, command_demo},
    {"man", "", "this manual, as roff: heddle man | man -l -", "", 0, 0,
     command_man},
    {"completions", "bash|zsh|fish",
     "what makes the shell complete all of this",
     "For now: source <(heddle completions bash). `make install` puts them "
     "where "
     "the\nshells look.",
     1, 1, command_completions},
};

/* How the text of an option becomes a value. */
enum kind { FLAG, TEXT, NUMBER, DELAY, PERCENT, SEED, SET };

#define OF(field) offsetof(struct options, field)

static const struct option_row {
    const char *name;
    const char *argument;
    const char *meaning;
    const char *commands; /* " run once ": where it exists */
    enum kind kind;
    size_t at; /* in struct options */
} rows[] = {
    {"model", "A,B", "models (once, trace: one model)", " run once trace ",
     TEXT, OF(model)},
    {"workload", "W", "the workload", " run once trace ", TEXT, OF(workload)},
    {"workers", "1,2,4", "workers, see heddle list", " run once trace ", TEXT,
     OF(workers)},
    {"inflight", "10,100", "tasks in flight, see heddle list",
     " run once trace ", TEXT, OF(inflight)},
    {"tasks", "N", "number of tasks", " run once trace ", NUMBER, OF(tasks)},
    {"seed", "N", "seed of all draws: work, and the order of runs",
     " run once trace bench peer demo ", SEED, OF(seed)},
    {"set", "X.name=value", "a parameter of model or workload X; repeat it",
     " run once trace ", SET, 0},
    {"pin", NULL, "worker i stays on the i-th usable core", " run once trace ",
     FLAG, OF(pin)},
    {"blocks", "N", "so many blocks, whatever the precision", " run bench ",
     NUMBER, OF(blocks)},
    {"blocks", "N", "runs with the trace off and on, for its cost (default 3)",
     " trace ", NUMBER, OF(blocks)},
    {"budget", "SECONDS", "no new block beyond this time", " run bench ",
     NUMBER, OF(budget_s)},
    {"target", "1.5%", "stop when ratios are known this well", " run bench ",
     PERCENT, OF(target)},
    {"timeout", "SECONDS", "end a run that takes longer (default 60)",
     " run bench ", NUMBER, OF(timeout_s)},
    {"quick", NULL, "a minute: to 5 %, at most 10 blocks, fewer experiments",
     " bench ", FLAG, OF(quick)},
    {"quick", NULL, "demos aa and gil: few runs (the others are quick anyway)",
     " demo ", FLAG, OF(quick)},
    {"rigorous", NULL, "half an hour: to 0.5 %, at most 200 blocks", " bench ",
     FLAG, OF(rigorous)},
    {"dry-run", NULL, "print the plan, measure nothing", " run bench ", FLAG,
     OF(dry_run)},
    {"strict", NULL, "exit 4 if not precise enough, 5 on an unfit machine",
     " run bench doctor ", FLAG, OF(strict)},
    {"against", "BINARY", "compare with another build, in the same blocks",
     " bench ", TEXT, OF(against)},
    {"fail-above", "5%", "exit 3 if something is slower by more than that",
     " compare bench ", PERCENT, OF(fail_above)},
    {"resume", "DIR", "continue the interrupted session in DIR as planned",
     " bench ", TEXT, OF(resume)},
    {"out", "DIR", "the session's folder (default results/...)", " run bench ",
     TEXT, OF(out)},
    {"no-charts", NULL, "draw no charts", " run bench show demo ", FLAG,
     OF(no_charts)},
    {"out", "FILE", "write it there, not to standard output", " export ", TEXT,
     OF(out)},
    {"out", "FILE", "write Trace Event JSON there; - is standard output",
     " trace ", TEXT, OF(out)},
    {"timeline", "FILE", "draw a lane for each worker into FILE.svg or .png",
     " trace ", TEXT, OF(timeline)},
    {"from-ms", "X", "the timeline begins there (default: about the middle)",
     " trace ", TEXT, OF(from_ms)},
    {"length-ms", "X", "and shows so much (default 60)", " trace ", TEXT,
     OF(length_ms)},
    {"zoom", "handover", "show one forced hand-over of the GIL, step by step",
     " trace ", TEXT, OF(zoom)},
    {"events", "N", "each worker keeps its last N (default: 64 MiB in all)",
     " trace ", NUMBER, OF(events)},
    {"names", "KIND",
     "names of models, workloads, experiments, groups or demos", " list ", TEXT,
     OF(names)},
    {"tsv", NULL, "runs, with tabs between", " export ", FLAG, OF(tsv)},
    {"csv", NULL, "runs, with commas between", " export ", FLAG, OF(csv)},
    {"md", NULL, "tables in Markdown", " export ", FLAG, OF(md)},
    {"json", "FILE", "write result.json there, too; - is standard output",
     " run ", TEXT, OF(json_file)},
    {"json", NULL, "as JSON", " list once compare doctor peer ", FLAG,
     OF(json)},
    {"relative", NULL,
     "judge ratios to baselines, whatever the machine's speed", " compare ",
     FLAG, OF(relative)},
    {"expect", "DIGEST", "what --reference printed; saves computing it",
     " once ", TEXT, OF(expect)},
    {"reference", NULL, "print what every run must find; measures nothing",
     " once ", FLAG, OF(reference)},
    {"memory", NULL, "look at the memory while all tasks sleep", " run once ",
     FLAG, OF(memory)},
    {"counters", NULL, "count migrations, cycles and more; takes longer",
     " once ", FLAG, OF(counters)},
    {"counters", NULL, "what perf counted in one run of each, per task",
     " show ", FLAG, OF(counters)},
    {"trace", NULL, "keep a trace: slices and hand-overs of the GIL", " once ",
     FLAG, OF(trace)},
    {"picture", "FILE", "write what the tasks made (mandelbrot: a PPM)",
     " once ", TEXT, OF(picture)},
    {"live", NULL, "draw who computes and who waits; costs time", " once ",
     FLAG, OF(live)},
    {"protocol", "echo|http", "what the peer speaks (default http)", " peer ",
     TEXT, OF(protocol)},
    {"delay-us", "N", "before each reply", " peer ", DELAY, OF(delay_us)},
    {"jitter-us", "N", "up to so much more, drawn by the seed", " peer ", DELAY,
     OF(jitter_us)},
    {"stall-every-ms", "N", "do nothing every so often,", " peer ", DELAY,
     OF(stall_every_ms)},
    {"stall-ms", "N", "for so long", " peer ", DELAY, OF(stall_ms)},
    {"client", "PORT", "talk to the echo server on 127.0.0.1:PORT", " peer ",
     NUMBER, OF(client.port)},
    {"load", "PORT", "ask the HTTP server on 127.0.0.1:PORT", " peer ", NUMBER,
     OF(load.port)},
    {"requests", "N", "load: so many on each connection, and then the end",
     " peer ", NUMBER, OF(load.requests)},
    {"offered-per-s", "R", "load: at instants planned beforehand", " peer ",
     NUMBER, OF(load.offered_per_s)},
    {"target", "/PATH", "load: what is asked for (default /)", " peer ", TEXT,
     OF(load.target)},
    {"connections", "N", "client: so many at the same time (default 1)",
     " peer ", NUMBER, OF(client.connections)},
    {"seconds", "S", "client: for so long (default 1)", " peer ", NUMBER,
     OF(client.seconds)},
    {"duration-ms", "N", "client: for so long, instead of --seconds", " peer ",
     NUMBER, OF(client.duration_ms)},
    {"message-bytes", "N", "client: size of a message (default 16)", " peer ",
     NUMBER, OF(client.message_bytes)},
    {"unit-us", "N", "client: tell shares of requests in this unit", " peer ",
     NUMBER, OF(client.unit_us)},
};

enum { NROWS = sizeof rows / sizeof *rows };
enum { NCOMMANDS = sizeof commands / sizeof *commands };

void complain(const char *format, ...)
{
    va_list arguments;

    fputs("heddle: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static bool belongs(const struct option_row *row, const char *command)
{
    char word[32];

    snprintf(word, sizeof word, " %s ", command);
    return strstr(row->commands, word) != NULL;
}

const struct command *options_each(size_t i)
{
    return i < NCOMMANDS ? &commands[i] : NULL;
}

bool options_words(const struct command *command, size_t i,
                   struct option_words *ret)
{
    for (size_t k = 0; k < NROWS; k++) {
        if (!belongs(&rows[k], command->name) || i-- > 0)
            continue;
        *ret = (struct option_words){rows[k].name, rows[k].argument,
                                     rows[k].meaning};
        return true;
    }
    return false;
}

/* -o, the only short form there is. */
static bool has_letter(const struct option_row *row)
{
    return strcmp(row->name, "out") == 0;
}

/* Its row; NULL: the command has none. */
static const struct option_row *letter_row(const struct command *command)
{
    for (size_t i = 0; i < NROWS; i++)
        if (has_letter(&rows[i]) && belongs(&rows[i], command->name))
            return &rows[i];
    return NULL;
}

static void print_option(FILE *out, const struct option_row *row)
{
    char left[40];

    snprintf(left, sizeof left, "--%s%s%s", row->name,
             row->argument != NULL ? " " : "",
             row->argument != NULL ? row->argument : "");
    fprintf(out, "  %-22s %s%s\n", left, row->meaning,
            has_letter(row) ? " (-o)" : "");
}

static void print_command_help(FILE *out, const struct command *command)
{
    fprintf(out, "usage: heddle %s [option...] %s\n\n%s.\n", command->name,
            command->arguments, command->summary);
    if (*command->description != '\0')
        fprintf(out, "%s\n", command->description);
    fputc('\n', out);
    for (size_t i = 0; i < NROWS; i++)
        if (belongs(&rows[i], command->name))
            print_option(out, &rows[i]);
    fprintf(out, "  %-22s %s\n", "--help", "this");
}

void options_print_help(FILE *out)
{
    fputs("usage: heddle COMMAND [option...]\n\n"
          "Compares concurrency models on equal work.\n\n",
          out);
    for (size_t i = 0; i < NCOMMANDS; i++)
        fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].summary);
    fputs("\n`heddle COMMAND --help` says more; `heddle man | man -l -` says "
          "all.\n",
          out);
}

const struct command *options_command(int argc, char **argv)
{
    if (argc < 2) {
        options_print_help(stderr);
        return NULL;
    }
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return &commands[i];
    complain("there is no command %s; `heddle --help` names them", argv[1]);
    return NULL;
}

static int read_number(const struct option_row *row, const char *text,
                       uint64_t *ret)
{
    char *end;

    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    /* Seeds and the peer's delays may be zero, nothing else. */
    bool zero = row->kind == SEED || row->kind == DELAY;
    unsigned long long least = zero ? 0 : 1;
    if (*text < '0' || *text > '9' || *end != '\0' || number < least) {
        complain("--%s %s: must be a whole number%s", row->name, text,
                 least > 0 ? " of at least 1" : "");
        return EXIT_USAGE;
    }
    /* JSON readers of every kind keep integers up to 2^53 exact. */
    if (errno != 0 || number > 1ULL << 53) {
        complain("--%s %s: must be at most 2^53", row->name, text);
        return EXIT_USAGE;
    }
    *ret = number;
    return 0;
}

static int read_percent(const struct option_row *row, const char *text,
                        double *ret)
{
    char *end;
    double percent = strtod(text, &end);

    if (end == text || (*end != '\0' && strcmp(end, "%") != 0) ||
        !(percent > 0 && percent <= 100)) {
        complain("--%s %s: must be a percentage such as 1.5%%", row->name,
                 text);
        return EXIT_USAGE;
    }
    *ret = percent / 100;
    return 0;
}

static int apply(const struct option_row *row, char *text, struct options *o)
{
    void *field = (char *)o + row->at;

    switch (row->kind) {
    case FLAG:
        *(bool *)field = true;
        return 0;
    case TEXT:
        *(const char **)field = text;
        return 0;
    case SEED:
        o->seed_given = true;
        return read_number(row, text, field);
    case NUMBER:
    case DELAY:
        return read_number(row, text, field);
    case PERCENT:
        return read_percent(row, text, field);
    case SET:
        o->sets[o->nsets++] = text;
        return 0;
    }
    return EXIT_USAGE;
}

static int check_arguments(const struct command *command,
                           const struct options *options)
{
    if (options->narguments <= command->arguments_max)
        return 0;
    complain("%s: %s is one too many; see `heddle %s --help`", command->name,
             options->arguments[command->arguments_max], command->name);
    return EXIT_USAGE;
}

/* The long options of one command; `rows_of` tells which row each one is. */
static size_t collect(const struct command *command, struct option *longs,
                      size_t *rows_of)
{
    size_t n = 0;

    for (size_t i = 0; i < NROWS; i++) {
        if (!belongs(&rows[i], command->name))
            continue;
        rows_of[n] = i;
        longs[n++] = (struct option){
            rows[i].name,
            rows[i].argument != NULL ? required_argument : no_argument, NULL,
            0};
    }
    longs[n] = (struct option){"help", no_argument, NULL, 'h'};
    longs[n + 1] = (struct option){NULL, 0, NULL, 0};
    return n;
}

int options_parse(const struct command *command, int argc, char **argv,
                  struct options *ret)
{
    struct option longs[NROWS + 2];
    size_t rows_of[NROWS];
    struct options options = {0};
    int which, letter, status = 0;

    collect(command, longs, rows_of);
    options.sets = calloc((size_t)argc + 1, sizeof *options.sets);
    if (options.sets == NULL) {
        complain("no memory");
        return EXIT_USAGE;
    }
    opterr = 0;
    while (status == 0 && (letter = getopt_long(argc - 1, argv + 1,
                                                ":ho:", longs, &which)) != -1) {
        if (letter == 0) {
            status = apply(&rows[rows_of[which]], optarg, &options);
        } else if (letter == 'o' && letter_row(command) != NULL) {
            status = apply(letter_row(command), optarg, &options);
        } else if (letter == 'h') {
            print_command_help(stdout, command);
            status = -1;
        } else {
            complain("%s: %s %s; see `heddle %s --help`", command->name,
                     argv[optind],
                     letter == ':' ? "needs a value" : "is no option of it",
                     command->name);
            status = EXIT_USAGE;
        }
    }
    options.arguments = argv + 1 + optind;
    options.narguments = (size_t)(argc - 1 - optind);
    if (status == 0)
        status = check_arguments(command, &options);
    if (status != 0)
        options_free(&options);
    else
        *ret = options;
    return status;
}

void options_free(struct options *options)
{
    free(options->sets);
}

size_t options_numbers(const char *name, const char *text, uint64_t **ret)
{
    size_t n = 1;

    for (const char *at = text; *at != '\0'; at++)
        n += *at == ',';
    uint64_t *numbers = calloc(n, sizeof *numbers);
    if (numbers == NULL) {
        complain("no memory");
        return 0;
    }
    const char *at = text;
    for (size_t i = 0; i < n; i++) {
        char *end;
        errno = 0;
        numbers[i] = strtoull(at, &end, 10);
        if (*at < '0' || *at > '9' || errno != 0 || numbers[i] == 0 ||
            numbers[i] > 1ULL << 32 || (*end != ',' && *end != '\0')) {
            complain("--%s %s: must be whole numbers of at least 1, with "
                     "commas between",
                     name, text);
            free(numbers);
            return 0;
        }
        at = end + (*end == ',');
    }
    *ret = numbers;
    return n;
}

static void print_roff(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void print_manual_command(FILE *out, const struct command *command)
{
    fprintf(out, ".SS heddle %s %s\n", command->name, command->arguments);
    print_roff(out, command->summary);
    fputs(".\n", out);
    print_roff(out, command->description);
    fputc('\n', out);
    for (size_t i = 0; i < NROWS; i++) {
        if (!belongs(&rows[i], command->name))
            continue;
        fputs(".TP\n.B ", out);
        print_roff(out, "--");
        print_roff(out, rows[i].name);
        if (rows[i].argument != NULL)
            fprintf(out, " \\fI%s\\fR", rows[i].argument);
        fputc('\n', out);
        print_roff(out, rows[i].meaning);
        fputc('\n', out);
    }
}

void options_print_manual(FILE *out)
{
    fputs(".TH HEDDLE 1\n.SH NAME\nheddle \\- compare concurrency models on "
          "equal work\n.SH SYNOPSIS\n.B heddle\n.I COMMAND\n[option...]\n"
          ".SH COMMANDS\n",
          out);
    for (size_t i = 0; i < NCOMMANDS; i++)
        print_manual_command(out, &commands[i]);
    fputs(".SH EXIT STATUS\n"
          "0 well, also with holes that the experiment allows; 1 wrong work; 2 "
          "wrong usage; 3 with \\-\\-fail\\-above: something is slower; 4 "
          "something asked for could not be measured, or with "
          "\\-\\-strict not precisely enough; 5 with \\-\\-strict: unfit "
          "machine; 130 and 143 on SIGINT and SIGTERM, with all finished runs "
          "saved.\n"
          ".SH FILES\n.TP\n.I results/\nA folder for each session: "
          "samples.ndjson, result.json, plan.json, hyperfine.json, "
          "data/.\n.TP\n.I "
          "plots/\nThe charts, as SVG and PNG, light and dark.\n"
          ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colour, whatever the "
          "terminal.\n.TP\n.B TMPDIR\nWhere the workload `files' works.\n",
          out);
}
