/* SPDX-License-Identifier: MIT */
/*
 * What waiting costs and whom it serves: system calls are counted by standing
 * in for them (-Wl,--wrap), and one of them can be taken away.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/job.h"
#include "core/listener.h"
#include "core/poller.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/once/reference.h"
#include "harness/registry.h"

/* Calls of this process; the peer is another one. */
static struct {
    _Atomic unsigned nsends, nreceives, nvain, nadds, nchanges, nwaits,
        nrefusals;
} calls;
static int refusal; /* what epoll_pwait2 says; 0: it works */

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
ssize_t __real_recv(int fd, void *buffer, size_t length, int flags);
ssize_t __wrap_recv(int fd, void *buffer, size_t length, int flags);
ssize_t __real_send(int fd, const void *buffer, size_t length, int flags);
ssize_t __wrap_send(int fd, const void *buffer, size_t length, int flags);
int __real_epoll_ctl(int epoll_fd, int command, int fd,
                     struct epoll_event *event);
int __wrap_epoll_ctl(int epoll_fd, int command, int fd,
                     struct epoll_event *event);
int __real_epoll_pwait2(int epoll_fd, struct epoll_event *events, int nevents,
                        const struct timespec *timeout, const sigset_t *mask);
int __wrap_epoll_pwait2(int epoll_fd, struct epoll_event *events, int nevents,
                        const struct timespec *timeout, const sigset_t *mask);

ssize_t __wrap_recv(int fd, void *buffer, size_t length, int flags)
{
    ssize_t result = __real_recv(fd, buffer, length, flags);

    calls.nreceives++;
    calls.nvain += result < 0 && errno == EAGAIN;
    return result;
}

ssize_t __wrap_send(int fd, const void *buffer, size_t length, int flags)
{
    calls.nsends++;
    return __real_send(fd, buffer, length, flags);
}

int __wrap_epoll_ctl(int epoll_fd, int command, int fd,
                     struct epoll_event *event)
{
    if (command == EPOLL_CTL_ADD)
        calls.nadds++;
    else
        calls.nchanges++;
    return __real_epoll_ctl(epoll_fd, command, fd, event);
}

int __wrap_epoll_pwait2(int epoll_fd, struct epoll_event *events, int nevents,
                        const struct timespec *timeout, const sigset_t *mask)
{
    if (refusal != 0) {
        calls.nrefusals++;
        errno = refusal;
        return -1;
    }
    calls.nwaits++;
    return __real_epoll_pwait2(epoll_fd, events, nevents, timeout, mask);
}

/* NOLINTEND(bugprone-reserved-identifier) */

/* A pair of sockets: a task that reads one end, the test writes the other. */
struct line {
    int ends[2];
    char byte;
    struct task task;
};

static void line_init(struct line *line)
{
    memset(line, 0, sizeof *line);
    op_init(&line->task.op);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, line->ends), 0);
}

static void line_fini(const struct line *line)
{
    close(line->ends[0]);
    close(line->ends[1]);
}

static void line_watch(struct line *line, struct poller *poller)
{
    op_read(&line->task.op, line->ends[0], &line->byte, 1, OP_STREAM);
    assert_int_equal(poller_watch(poller, &line->task), 0);
}

static void line_ring(const struct line *line)
{
    assert_int_equal(write(line->ends[1], "x", 1), 1);
}

static void check_round_trips(const char *model_name)
{
    enum { NTASKS = 20, ROUNDS = 7 };
    struct configuration c;
    struct complaint complaint;
    struct measurement got;

    assert_int_equal(
        configuration_init(&c, model_find(model_name), workload_find("echo")),
        0);
    c.ntasks = NTASKS;
    assert_int_equal(configuration_set(&c, "echo.rounds=7", &complaint), 0);
    assert_int_equal(configuration_set(&c, "echo.connect=inside", &complaint),
                     0);
    assert_int_equal(configuration_resolve(&c, 2, &complaint), 0);
    struct job_plan plan = configuration_plan(&c);
    memset(&calls, 0, sizeof calls);
    assert_int_equal(measure(&plan, &(struct extras){0}, &got, &complaint), 0);
    /* The line to the peer takes some: its number, its ports. */
    assert_in_range(calls.nsends, NTASKS * ROUNDS, NTASKS * ROUNDS + 2);
    assert_in_range(calls.nreceives, NTASKS * ROUNDS, NTASKS * ROUNDS + 2);
    assert_int_equal(calls.nvain, 0);
    assert_int_equal(calls.nadds, NTASKS);
    assert_int_equal(calls.nchanges, 0);
    configuration_fini(&c);
}

static void test_a_round_trip_asks_for_nothing_in_vain(void **state)
{
    (void)state;
    check_round_trips("event_loop");
    check_round_trips("coroutines");
}

static void test_waits_where_nanoseconds_are_refused(void **state)
{
    static const int refusals[] = {ENOSYS, EPERM};
    struct poller poller;
    struct line line;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        refusal = refusals[i];
        calls.nrefusals = 0;
        line_init(&line);
        assert_int_equal(poller_init(&poller), 0);
        for (unsigned round = 0; round < 3; round++) {
            op_sleep(&line.task.op, NS_PER_MS / 4);
            uint64_t end_ns = line.task.op.deadline_ns;
            assert_int_equal(poller_watch(&poller, &line.task), 0);
            assert_ptr_equal(poller_wait(&poller), &line.task);
            assert_true(clock_ns() >= end_ns);
            assert_true(op_try(&line.task.op));
        }
        line_watch(&line, &poller);
        assert_null(poller_poll(&poller));
        line_ring(&line);
        assert_ptr_equal(poller_wait(&poller), &line.task);
        assert_int_equal(calls.nrefusals, 1);
        poller_fini(&poller);
        line_fini(&line);
    }
    refusal = 0;
}

/* Everybody is ready all the time, and there are more than one call tells. */
static void test_nobody_twice_before_all(void **state)
{
    enum { NLINES = 300 };
    static struct line lines[NLINES];
    struct poller poller;

    (void)state;
    assert_int_equal(poller_init(&poller), 0);
    for (unsigned i = 0; i < NLINES; i++) {
        line_init(&lines[i]);
        lines[i].task.index = i;
        line_watch(&lines[i], &poller);
        line_ring(&lines[i]);
    }
    for (unsigned turn = 0; turn < 3 * NLINES; turn++) {
        /* In the order in which they were rung. */
        uint64_t which = poller_wait(&poller)->index;
        assert_int_equal(which, turn % NLINES);
        line_watch(&lines[which], &poller);
    }
    for (unsigned i = 0; i < NLINES; i++)
        line_fini(&lines[i]);
    poller_fini(&poller);
}

static void test_restless_sleeper_starves_nobody(void **state)
{
    struct line sleeper, reader;
    struct poller poller;
    unsigned nturns = 0;

    (void)state;
    assert_int_equal(poller_init(&poller), 0);
    line_init(&sleeper);
    line_init(&reader);
    line_watch(&reader, &poller);
    line_ring(&reader);
    do {
        op_sleep(&sleeper.task.op, 0);
        assert_int_equal(poller_watch(&poller, &sleeper.task), 0);
        assert_true(nturns++ < 3);
    } while (poller_wait(&poller) == &sleeper.task);
    line_fini(&sleeper);
    line_fini(&reader);
    poller_fini(&poller);
}

/* Data for a task that sleeps end nobody's sleep for good, and are not lost. */
static void test_unwanted_data_wake_once(void **state)
{
    struct poller poller;
    struct line line;

    (void)state;
    assert_int_equal(poller_init(&poller), 0);
    line_init(&line);
    line_watch(&line, &poller);
    line_ring(&line);
    assert_ptr_equal(poller_wait(&poller), &line.task);
    memset(&calls, 0, sizeof calls);
    op_sleep(&line.task.op, 2 * NS_PER_MS);
    assert_false(op_try(&line.task.op));
    assert_int_equal(poller_watch(&poller, &line.task), 0);
    assert_ptr_equal(poller_wait(&poller), &line.task);
    assert_true(op_try(&line.task.op));
    assert_in_range(calls.nwaits, 1, 3);
    assert_int_equal(calls.nchanges, 1);
    line_watch(&line, &poller);
    assert_ptr_equal(poller_wait(&poller), &line.task);
    assert_true(op_try(&line.task.op));
    assert_int_equal(line.byte, 'x');
    line_fini(&line);
    poller_fini(&poller);
}

static void call(uint16_t port, int *ret_client)
{
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons(port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    *ret_client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(
        connect(*ret_client, (struct sockaddr *)&here, sizeof here), 0);
}

static void start(struct task *task, int listener, struct poller *poller)
{
    op_init(&task->op);
    task->op.fd = listener;
    assert_false(op_try(&task->op));
    assert_int_equal(poller_watch(poller, task), 0);
}

static void *sleep_in_poller(void *argument)
{
    return poller_wait(argument);
}

/* Loop `full` has taken a connection and wants no more; loop `free` does. Each
 * START finds the listener registered; who sleeps without one is not woken. */
static void test_starts_share_a_listener(void **state)
{
    struct poller full, free;
    struct task first = {0}, second = {0};
    pthread_t sleeper;
    uint16_t port;
    int clients[3];
    int listener = listener_open(4, &port);

    (void)state;
    assert_true(listener >= 0);
    assert_int_equal(poller_init(&full), 0);
    assert_int_equal(poller_init(&free), 0);
    memset(&calls, 0, sizeof calls);
    for (unsigned i = 0; i < 2; i++) {
        start(&first, listener, &full);
        call(port, &clients[i]);
        assert_ptr_equal(poller_wait(&full), &first);
        assert_true(op_try(&first.op));
        close(first.op.fd);
    }
    assert_int_equal(calls.nadds, 1);
    assert_int_equal(calls.nchanges, 0);

    op_sleep(&first.op, 50 * NS_PER_MS);
    assert_int_equal(poller_watch(&full, &first), 0);
    assert_int_equal(pthread_create(&sleeper, NULL, sleep_in_poller, &full), 0);
    usleep(10000);
    start(&second, listener, &free);
    call(port, &clients[2]);
    assert_ptr_equal(poller_wait(&free), &second);
    assert_true(op_try(&second.op));
    close(second.op.fd);
    assert_int_equal(pthread_join(sleeper, NULL), 0);
    for (unsigned i = 0; i < 3; i++)
        close(clients[i]);
    close(listener);
    poller_fini(&full);
    poller_fini(&free);
}

/* Shells allow fewer descriptors than may be had: more tasks than those, each
 * with a connection, both for the reference and for the run. */
static void test_low_limit_of_descriptors_is_raised(void **state)
{
    struct rlimit limit;
    struct configuration c;
    struct complaint complaint;
    struct reference expected;
    struct measurement got;

    (void)state;
    assert_int_equal(
        configuration_init(&c, model_find("event_loop"), workload_find("echo")),
        0);
    c.ntasks = 100;
    assert_int_equal(configuration_resolve(&c, 2, &complaint), 0);
    struct job_plan plan = configuration_plan(&c);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 64;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(reference_compute(&plan, &expected, &complaint), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(measure(&plan, &(struct extras){0}, &got, &complaint), 0);
    assert_int_equal(got.result.digest, expected.digest);
    configuration_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_round_trip_asks_for_nothing_in_vain),
        cmocka_unit_test(test_waits_where_nanoseconds_are_refused),
        cmocka_unit_test(test_nobody_twice_before_all),
        cmocka_unit_test(test_restless_sleeper_starves_nobody),
        cmocka_unit_test(test_unwanted_data_wake_once),
        cmocka_unit_test(test_starts_share_a_listener),
        cmocka_unit_test(test_low_limit_of_descriptors_is_raised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
