/* SPDX-License-Identifier: MIT */
/*
 * The thread that draws. It sleeps, reads the rings, and writes a whole picture
 * with one call, so that between two pictures the terminal is as anybody else
 * would leave it. The workers do not know of it: their rings are written
 * anyway. Look at draw for how little is asked of the terminal.
 */
#include "harness/live/live.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/job.h"
#include "harness/live/lanes.h"

enum {
    FRAME_NS = 1000000000 / 15,
    CELL_NS = 1000000, /* so that a switch interval of 5 ms is 5 characters */
    CELLS_MIN = 20,
    CELLS_MAX = 100,
    LANES_MAX = 16,
    NAME_COLUMNS = 11 /* "worker 12  " */
};

struct live {
    const struct job *job;
    FILE *out;
    bool terminal;
    struct lanes_style style;
    unsigned ncells, nlanes;
    unsigned drawn_lines; /* of the last picture, to be drawn over */
    uint64_t cpu_ns;      /* what the thread has used */
    pthread_t thread;
    _Atomic bool over;
    struct sigaction before[2];
};

static const int signals[2] = {SIGINT, SIGTERM};

/* ---- The terminal ---- */

static bool is_terminal(int fd)
{
    const char *name = getenv("TERM");

    return isatty(fd) && name != NULL && strcmp(name, "dumb") != 0;
}

/* As setlocale(3) would choose it. */
static bool is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0')
            return strcasestr(value, "utf-8") != NULL ||
                   strcasestr(value, "utf8") != NULL;
    }
    return false;
}

static void look_at_terminal(struct live *live)
{
    const char *no_colour = getenv("NO_COLOR");
    struct winsize size = {.ws_row = 24, .ws_col = 80};

    live->terminal = is_terminal(fileno(live->out));
    if (live->terminal) {
        live->style.blocks = is_utf8();
        live->style.colour = no_colour == NULL || *no_colour == '\0';
        (void)ioctl(fileno(live->out), TIOCGWINSZ, &size);
    }
    int columns = (size.ws_col > 0 ? size.ws_col : 80) - NAME_COLUMNS - 1;
    if (columns > CELLS_MAX)
        columns = CELLS_MAX;
    live->ncells = (unsigned)(columns > CELLS_MIN ? columns : CELLS_MIN);
    live->nlanes = live->job->trace->nrings;
    if (live->nlanes > LANES_MAX)
        live->nlanes = LANES_MAX;
}

/* In the middle of a picture, or after it: colours and cursor as they were, on
 * a line of its own; then what the signal does to any program. */
static void restore(int number)
{
    static const char sane[] = "\033[0m\033[?25h\n";

    (void)!write(STDERR_FILENO, sane, sizeof sane - 1);
    raise(number);
}

static void take_signals(struct live *live)
{
    struct sigaction action = {.sa_handler = restore,
                               .sa_flags = (int)SA_RESETHAND};

    for (size_t i = 0; live->terminal && i < 2; i++)
        sigaction(signals[i], &action, &live->before[i]);
}

static void give_signals_back(const struct live *live)
{
    for (size_t i = 0; live->terminal && i < 2; i++)
        sigaction(signals[i], &live->before[i], NULL);
}

/* ---- The picture ---- */

static void print_lanes(struct live *live, FILE *out, uint64_t to_ns,
                        const char *end)
{
    unsigned char cells[LANES_CELLS_MAX];
    uint64_t from_ns = to_ns - (uint64_t)live->ncells * CELL_NS;

    for (unsigned i = 0; i < live->nlanes; i++) {
        lanes_cells(&live->job->trace->rings[i], from_ns, to_ns, live->ncells,
                    cells);
        fprintf(out, "worker %-2u  ", i);
        lanes_print(out, live->style, cells, live->ncells);
        fputs(end, out);
    }
    if (live->nlanes < live->job->trace->nrings)
        fprintf(out, "%*s(and %u more)%s", NAME_COLUMNS, "",
                live->job->trace->nrings - live->nlanes, end);
    fprintf(out, "%*s%u ms, a character is 1 ms%s", NAME_COLUMNS, "",
            live->ncells, end);
    lanes_print_legend(out, live->style);
    fputs(end, out);
}

static unsigned count_lines(const char *text)
{
    unsigned n = 0;

    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* One picture up to `to_ns`, over the last one. Asked of the terminal: go up,
 * erase the rest of a line, hide the cursor meanwhile. */
static void draw(struct live *live, uint64_t to_ns)
{
    char *text = NULL;
    size_t size;
    FILE *frame = open_memstream(&text, &size);

    if (frame == NULL)
        return; /* there will be others */
    fputs("\033[?25l", frame);
    if (live->drawn_lines > 0)
        fprintf(frame, "\033[%uA\r", live->drawn_lines);
    print_lanes(live, frame, to_ns, "\033[K\n");
    fputs("\033[?25h", frame);
    if (fclose(frame) == 0) {
        fwrite(text, 1, size, live->out);
        fflush(live->out);
        live->drawn_lines = count_lines(text);
    }
    free(text);
}

static void *draw_now_and_then(void *context)
{
    struct live *live = context;
    struct timespec used, pause = clock_timespec(FRAME_NS);

    while (!atomic_load(&live->over)) {
        draw(live, clock_ns());
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    live->cpu_ns = (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
    return NULL;
}

/* ---- From outside ---- */

int live_start(const struct job *job, FILE *out, struct live **ret)
{
    struct live *live = calloc(1, sizeof *live);
    int error = 0;

    if (live == NULL)
        return -ENOMEM;
    live->job = job;
    live->out = out;
    look_at_terminal(live);
    fflush(out);
    take_signals(live);
    if (live->terminal)
        error = pthread_create(&live->thread, NULL, draw_now_and_then, live);
    if (error != 0) {
        give_signals_back(live);
        free(live);
        return -error;
    }
    *ret = live;
    return 0;
}

void live_finish(struct live *live)
{
    uint64_t to_ns = lanes_all_there_ns(live->job->trace);

    if (live->terminal) {
        atomic_store(&live->over, true);
        pthread_join(live->thread, NULL);
    }
    if (to_ns > (uint64_t)live->ncells * CELL_NS) {
        if (live->terminal)
            draw(live, to_ns);
        else
            print_lanes(live, live->out, to_ns, "\n");
    }
    if (live->terminal)
        fprintf(live->out,
                "Drawing took %.0f ms of CPU time; no figure comes from this "
                "run.\n",
                (double)live->cpu_ns / (double)NS_PER_MS);
    give_signals_back(live);
    free(live);
}
