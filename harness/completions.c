/* SPDX-License-Identifier: MIT */
/*
 * Completions for three shells from the one table of options. The table says
 * what an argument is by one word ("FILE", "A,B"); what may stand there follows
 * from that word. Names of models and experiments are asked of `heddle list`
 * when somebody presses the key, so that new ones are known at once.
 */
#include <stdio.h>
#include <string.h>

#include "harness/options.h"

/* What completes an argument. */
enum source { NOTHING, WORDS, NAMES, SOME_NAMES, FILES, FOLDERS };

struct argument {
    enum source source;
    const char *words; /* WORDS: "echo|http"; NAMES: the kind of them */
};

static struct argument argument_of(const char *text)
{
    static const struct {
        const char *text;
        struct argument is;
    } known[] = {
        {"A,B", {SOME_NAMES, "models"}},
        {"W", {NAMES, "workloads"}},
        {"[EXPERIMENT...]", {NAMES, "experiments,groups"}},
        {"[NAME]", {NAMES, "demos"}},
        {"KIND", {WORDS, "models|workloads|experiments|groups|demos"}},
        {"FILE", {FILES, NULL}},
        {"BINARY", {FILES, NULL}},
        {"DIR", {FOLDERS, NULL}},
        {"[SESSION]", {FILES, NULL}}, /* a folder, or its result.json */
        {"A B", {FILES, NULL}},
    };

    for (size_t i = 0; text != NULL && i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].text, text) == 0)
            return known[i].is;
    if (text != NULL && strchr(text, '|') != NULL)
        return (struct argument){WORDS, text};
    return (struct argument){NOTHING, NULL};
}

/* "a|b" with another sign between. */
static void print_words(const char *words, char between)
{
    for (; *words != '\0'; words++)
        putchar(*words == '|' ? between : *words);
}

/* A text within single quotes: `quote` is how the shell writes one there, and
 * `escaped` are signs to put a backslash before. */
static void print_quoted(const char *text, const char *quote,
                         const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs(quote, stdout);
        else
            printf("%s%c", strchr(escaped, *text) != NULL ? "\\" : "", *text);
    }
}

/* ---- bash ---- */

static void bash_argument(struct argument argument)
{
    switch (argument.source) {
    case NOTHING:
        fputs("return", stdout);
        break;
    case WORDS:
        fputs("words='", stdout);
        print_words(argument.words, ' ');
        fputs("'", stdout);
        break;
    case NAMES:
    case SOME_NAMES:
        printf("words=$(\"${COMP_WORDS[0]}\" list --names %s 2>/dev/null)",
               argument.words);
        if (strncmp(argument.words, "experiments", 11) == 0) /* or a file */
            fputs("; compopt -o default 2>/dev/null", stdout);
        if (argument.source == SOME_NAMES)
            fputs("; prefix=${current%\"${current##*,}\"}", stdout);
        break;
    case FILES:
    case FOLDERS:
        printf("compopt -o %s 2>/dev/null; return",
               argument.source == FILES ? "default" : "dirnames");
        break;
    }
    fputs(" ;;\n", stdout);
}

/* Cases of "COMMAND PREVIOUS CURRENT", the particular ones first. */
static void bash_command(const struct command *command)
{
    struct option_words option;

    for (size_t i = 0; options_words(command, i, &option); i++) {
        if (option.argument == NULL)
            continue;
        printf("    '%s --%s '*) ", command->name, option.name);
        bash_argument(argument_of(option.argument));
    }
    printf("    '%s '*' -'*) words='--help", command->name);
    for (size_t i = 0; options_words(command, i, &option); i++)
        printf(" --%s", option.name);
    printf("' ;;\n    '%s '*) ", command->name);
    bash_argument(argument_of(command->arguments));
}

static void print_bash(void)
{
    const struct command *command;

    fputs("# bash completions of heddle(1), made by `heddle completions "
          "bash`.\n"
          "_heddle()\n{\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} prefix='' words=''\n"
          "    COMPREPLY=()\n"
          "    local previous=${COMP_WORDS[COMP_CWORD - 1]} command=''\n"
          "    [ \"$COMP_CWORD\" -gt 1 ] && command=${COMP_WORDS[1]}\n"
          "    case \"$command $previous $current\" in\n",
          stdout);
    for (size_t i = 0; (command = options_each(i)) != NULL; i++)
        bash_command(command);
    fputs("    *) words='--help --version", stdout);
    for (size_t i = 0; (command = options_each(i)) != NULL; i++)
        printf(" %s", command->name);
    fputs("' ;;\n    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -P \"$prefix\" -W \"$words\" "
          "-- \"${current#\"$prefix\"}\")\n"
          "}\ncomplete -F _heddle heddle\n",
          stdout);
}

/* ---- zsh ---- */

static void zsh_argument(struct argument argument)
{
    switch (argument.source) {
    case NOTHING:
        putchar(' ');
        break;
    case WORDS:
        putchar('(');
        print_words(argument.words, ' ');
        putchar(')');
        break;
    case NAMES:
    case SOME_NAMES:
        /* The blank keeps _arguments from adding words of its own. */
        printf(" _heddle_%s %s", argument.source == NAMES ? "name" : "names",
               argument.words);
        break;
    case FILES:
        fputs("_files", stdout);
        break;
    case FOLDERS:
        fputs("_files -/", stdout);
        break;
    }
}

static void zsh_command(const struct command *command)
{
    struct option_words option;

    printf("    %s) _arguments \\\n        '--help[this]'", command->name);
    for (size_t i = 0; options_words(command, i, &option); i++) {
        printf(" \\\n        '*--%s[", option.name);
        print_quoted(option.meaning, "'\\''", "[]\\");
        putchar(']');
        if (option.argument == NULL) {
            putchar('\'');
            continue;
        }
        putchar(':');
        print_quoted(option.argument, "'\\''", ":\\");
        putchar(':');
        zsh_argument(argument_of(option.argument));
        putchar('\'');
    }
    if (*command->arguments != '\0') {
        fputs(" \\\n        '*:", stdout);
        print_quoted(command->arguments, "'\\''", ":\\");
        putchar(':');
        zsh_argument(argument_of(command->arguments));
        putchar('\'');
    }
    fputs(" ;;\n", stdout);
}

static void print_zsh(void)
{
    const struct command *command;

    fputs("#compdef heddle\n"
          "# zsh completions of heddle(1), made by `heddle completions zsh`.\n"
          "_heddle_name() {\n"
          "    local -a names\n"
          "    names=(${(f)\"$($heddle list --names $1 2>/dev/null)\"})\n"
          "    compadd -a names\n"
          "    [[ $1 == experiments* ]] && _files -g '*.json'\n"
          "}\n"
          "_heddle_names() {\n"
          "    _values -s , $1 "
          "${(f)\"$($heddle list --names $1 2>/dev/null)\"}\n"
          "}\n"
          "_heddle() {\n"
          "    local heddle=$words[1]\n"
          "    local -a commands=(",
          stdout);
    for (size_t i = 0; (command = options_each(i)) != NULL; i++) {
        printf("\n        '%s:", command->name);
        print_quoted(command->summary, "'\\''", "\\");
        putchar('\'');
    }
    fputs(")\n"
          "    if (( CURRENT == 2 )); then\n"
          "        _describe command commands\n"
          "        compadd -- --help --version\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    (( CURRENT-- ))\n"
          "    case $words[1] in\n",
          stdout);
    for (size_t i = 0; (command = options_each(i)) != NULL; i++)
        zsh_command(command);
    /* Found in a folder of completions, the file is the function's body. */
    fputs("    esac\n}\n"
          "if [[ $funcstack[1] == _heddle ]]; then\n"
          "    _heddle \"$@\"\nelse\n    compdef _heddle heddle\nfi\n",
          stdout);
}

/* ---- fish ---- */

static void fish_argument(struct argument argument)
{
    switch (argument.source) {
    case NOTHING:
        break;
    case WORDS:
        fputs(" -a '", stdout);
        print_words(argument.words, ' ');
        putchar('\'');
        break;
    case NAMES:
        printf(" -a '(heddle list --names %s)'", argument.words);
        break;
    case SOME_NAMES:
        printf(" -a '(__fish_append , (heddle list --names %s))'",
               argument.words);
        break;
    case FILES:
        fputs(" -F", stdout);
        break;
    case FOLDERS:
        fputs(" -a '(__fish_complete_directories)'", stdout);
        break;
    }
}

static void fish_command(const struct command *command)
{
    static const char condition[] =
        "complete -c heddle -n '__fish_seen_subcommand_from %s'";
    struct option_words option;

    for (size_t i = 0; options_words(command, i, &option); i++) {
        printf(condition, command->name);
        printf(" -l %s", option.name);
        if (option.argument != NULL)
            fputs(argument_of(option.argument).source == FILES ? " -r" : " -x",
                  stdout);
        fish_argument(argument_of(option.argument));
        fputs(" -d '", stdout);
        print_quoted(option.meaning, "\\'", "\\");
        fputs("'\n", stdout);
    }
    if (argument_of(command->arguments).source != NOTHING) {
        printf(condition, command->name);
        fish_argument(argument_of(command->arguments));
        putchar('\n');
    }
    printf(condition, command->name);
    fputs(" -l help -d 'this'\n", stdout);
}

static void print_fish(void)
{
    const struct command *command;

    fputs("# fish completions of heddle(1), made by `heddle completions "
          "fish`.\n"
          "complete -c heddle -f\n"
          "complete -c heddle -n __fish_use_subcommand -l help -d 'commands'\n"
          "complete -c heddle -n __fish_use_subcommand -l version "
          "-d 'what this is'\n",
          stdout);
    for (size_t i = 0; (command = options_each(i)) != NULL; i++) {
        printf("complete -c heddle -n __fish_use_subcommand -a %s -d '",
               command->name);
        print_quoted(command->summary, "\\'", "\\");
        fputs("'\n", stdout);
    }
    for (size_t i = 0; (command = options_each(i)) != NULL; i++)
        fish_command(command);
}

int command_completions(const struct options *options)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {
        {"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

    for (size_t i = 0;
         options->narguments > 0 && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].name, options->arguments[0]) == 0) {
            shells[i].print();
            return EXIT_WELL;
        }
    }
    complain("completions: name a shell: bash, zsh or fish");
    return EXIT_USAGE;
}
