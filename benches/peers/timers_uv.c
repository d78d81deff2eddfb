/* SPDX-License-Identifier: MIT */
/* libuv's timers: a heap of nodes. Their time passes while the program sleeps,
 * which takes no processor time. See benches/peers/timers.h. */
#include <time.h>
#include <uv.h>

#include "benches/peers/timers.h"

static uv_loop_t loop;
static uv_timer_t *handles;
static uint64_t nhandles;

static void timers_open(uint64_t n)
{
    handles = calloc(n, sizeof *handles);
    if (handles == NULL || uv_loop_init(&loop) != 0)
        exit(1);
    for (uint64_t i = 0; i < n; i++)
        uv_timer_init(&loop, &handles[i]);
    nhandles = n;
}

static void on_time(uv_timer_t *handle)
{
    timer_rings((uint64_t)(handle - handles));
}

static void timer_set(uint64_t i, uint64_t at_ms)
{
    uv_timer_start(&handles[i], on_time, at_ms, 0);
}

static void timer_cancel(uint64_t i)
{
    uv_timer_stop(&handles[i]);
}

static void timers_run_out(void)
{
    const struct timespec all = {.tv_sec = 1, .tv_nsec = 10000000};

    if (uv_loop_alive(&loop))
        nanosleep(&all, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void timers_close(void)
{
    for (uint64_t i = 0; i < nhandles; i++)
        uv_close((uv_handle_t *)&handles[i], NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    free(handles);
}

int main(int argc, char **argv)
{
    return timers_main(argc, argv);
}
