/* SPDX-License-Identifier: MIT */
/*
 * The tour through the GIL. Three stops measure in fresh processes; the second
 * runs in this one, to be watched, and measures nothing: what it says comes
 * from the runs of the first.
 */
#include "harness/demo_gil.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/demo.h"
#include "harness/machine/machine.h"
#include "harness/options.h"
#include "harness/report/draw.h"
#include "harness/report/words.h"
#include "harness/session/conduct.h"
#include "harness/session/steadiness.h"

enum { COLUMNS = 80, HEADLINE = 256, STOPS = 4 };

static const struct tour_stop cores = {
    .name = "demo-gil-1-cores",
    .question = "Two threads, two cores, pure computing, and a lock that one\n"
                "of them must hold: half the time of one after the other, the\n"
                "same, or more?",
    .nrepeats = 5,
    .nrows = 3,
    .rows = {{"one after the other", "sequential", {GIL_ONE, GIL_ONE}},
             {"two threads, no lock", "threads", {GIL_FREE, GIL_FREE}},
             {"two threads, one GIL", "gil", {GIL_NEW, GIL_NEW}}},
    .axes = {{"wall time", "ms", GIL_WALL_MS, false},
             {"CPU time, user + system", "ms", GIL_CPU_MS, false}},
    .subtitle = "countdown, 2 tasks",
    .tell = tour_tell_cores,
};

static const char turns_question[] =
    "The same two threads under the GIL, a lane each. Who holds the lock, for\n"
    "how long, and what makes a thread let go?";

static const struct tour_stop convoy = {
    .name = "demo-gil-3-convoy",
    .question = "A server that echoes 16 bytes, one client that asks again\n"
                "when it has its answer, and now a second thread that only\n"
                "computes. The server needs next to no computing. Of its\n"
                "requests per second, are left: all, half, a hundredth?",
    .nrepeats = 3,
    .nrows = 3,
    .rows = {{"no lock, computing beside it",
              "threads",
              {GIL_ECHO_FREE, GIL_ECHO_FREE}},
             {"GIL, by itself", "gil", {GIL_ECHO, GIL_ECHO}},
             {"GIL, computing beside it", "gil", {GIL_ECHO_NEW, GIL_ECHO_NEW}}},
    .axes = {{"echoed", "requests/s", GIL_REQUESTS_PER_S, true},
             {"median latency", "ms", GIL_LATENCY_MS, true}},
    .subtitle = "convoy, 1 echo task, closed loop",
    .tell = tour_tell_convoy,
};

static const struct tour_stop trade = {
    .name = "demo-gil-4-trade",
    .question =
        "Before 3.2 nobody asked for the lock: who held it let go after\n"
        "every hundred bytecodes and took it back at once. Which lock\n"
        "is better for two threads that compute, and which for the\n"
        "server beside one?",
    .nrepeats = 3,
    .nrows = 2,
    .rows = {{"before 3.2: 100 ticks", "gil_ticks", {GIL_OLD, GIL_ECHO_OLD}},
             {"since 3.2: 5 ms", "gil", {GIL_NEW, GIL_ECHO_NEW}}},
    .axes = {{"two threads that compute", "ms", GIL_WALL_MS, false},
             {"server beside one of them", "requests/s", GIL_REQUESTS_PER_S,
              true}},
    .subtitle = "countdown, 2 tasks; convoy, 1 echo task and 1 that computes",
    .tell = tour_tell_trade,
};

/* ---- What every stop does ---- */

static void announce(unsigned number, const char *question)
{
    printf("%s---- Stop %u of %d ----\n\n", number > 1 ? "\n" : "", number,
           STOPS);
    demo_ask(question);
}

static void conclude(const struct tour *tour, const char *headline,
                     const char *moral)
{
    char *line = NULL;

    if (tour->quick)
        moral = "One short run each: enough to see the tour, no more.";

    if (asprintf(&line, "=> %s. %s", headline, moral) >= 0) {
        words_paragraph(stdout, line, COLUMNS, 0);
        free(line);
    }
    fflush(stdout);
}

static void draw(const struct tour *tour, const struct tour_stop *stop,
                 const char *headline)
{
    char *folder;

    fflush(stdout);
    if (asprintf(&folder, "%s/%s", tour->session.folder, stop->name) < 0)
        return;
    int err = tour_write_files(tour, stop, folder, headline);
    if (err != 0)
        complain("%s: %s", folder, strerror(-err));
    else if (!draw_has_gnuplot())
        puts("No chart without gnuplot (on Debian: apt install gnuplot-nox).");
    else if (draw_session(folder, fileno(stdout)) == -ENOENT)
        complain("no chart: the script that draws it, scripts/draw, is neither "
                 "here nor installed");
    free(folder);
}

/* Signals end what runs, and then the tour; between the stops they do what they
 * do to any program. */
static int measure_watched(struct tour *tour, const struct tour_stop *stop)
{
    struct watch *watch = &tour->runner.watch;
    int result = watch_init(watch);

    if (result != 0) {
        complain("watching for signals: %s", strerror(-result));
        return EXIT_NOT_MEASURED;
    }
    result = tour_measure(tour, stop);
    watch_fini(watch);
    if (result == -EINTR)
        return 128 + watch->signal;
    if (result == 0)
        return EXIT_WELL;
    return result == -EBADMSG ? EXIT_WRONG_WORK : EXIT_NOT_MEASURED;
}

static int show(struct tour *tour, const struct tour_stop *stop,
                unsigned number, bool charts)
{
    char headline[HEADLINE];
    const char *moral;

    announce(number, stop->question);
    int status = measure_watched(tour, stop);
    if (status != EXIT_WELL)
        return status;
    tour_print_bars(tour, stop);
    stop->tell(tour, headline, sizeof headline, &moral);
    if (charts)
        draw(tour, stop, headline);
    conclude(tour, headline, moral);
    return EXIT_WELL;
}

/* ---- The second stop ---- */

static int show_turns(struct tour *tour, bool charts)
{
    char headline[HEADLINE];
    const char *moral;

    announce(2, turns_question);
    int status = tour_watch_turns(tour->quick);
    if (status == EXIT_WELL && charts && draw_has_gnuplot())
        status = tour_draw_turns(tour);
    if (status != EXIT_WELL)
        return status;
    tour_tell_turns(tour, headline, sizeof headline, &moral);
    conclude(tour, headline, moral);
    return EXIT_WELL;
}

/* ---- The tour ---- */

static int look_at_machine(struct tour *tour)
{
    struct steadiness steadiness;
    int result = noise_open(&tour->runner.noise, machine_root());

    if (result == 0)
        result =
            steadiness_before(&tour->session, &tour->runner.noise, &steadiness);
    if (result == 0 && setenv(ONCE_IN_SESSION, "1", 1) < 0)
        result = -errno;
    if (result != 0)
        complain("looking at the machine: %s", strerror(-result));
    return result;
}

static int walk(struct tour *tour, const struct options *options)
{
    bool charts = !options->no_charts;
    int status = EXIT_NOT_MEASURED;

    if (tour_add_points(tour) != 0 ||
        asprintf(&tour->session.folder, "results/%s", tour->session.id) < 0)
        return status;
    if (look_at_machine(tour) == 0)
        status = show(tour, &cores, 1, charts);
    if (status == EXIT_WELL)
        status = show_turns(tour, charts);
    if (status == EXIT_WELL)
        status = show(tour, &convoy, 3, charts);
    if (status == EXIT_WELL)
        status = show(tour, &trade, 4, charts);
    noise_close(&tour->runner.noise);
    return status;
}

int demo_gil(const struct options *options)
{
    uint64_t seed = options->seed_given ? options->seed : conduct_seed();
    struct tour *tour = calloc(1, sizeof *tour);

    if (tour == NULL || session_init(&tour->session, seed) != 0) {
        complain("no memory");
        free(tour);
        return EXIT_NOT_MEASURED;
    }
    tour->session.timeout_s = GIL_TIMEOUT_S;
    tour->runner.session = &tour->session;
    tour->rng.state = seed;
    tour->quick = options->quick;
    int status = walk(tour, options);
    session_fini(&tour->session);
    free(tour);
    return status;
}
