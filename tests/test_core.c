/* SPDX-License-Identifier: MIT */
/*
 * The contracts of core/ that a whole run would not show when they break: one
 * thread each, no luck needed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/gate.h"
#include "core/job.h"
#include "core/op.h"
#include "core/peer.h"
#include "core/poller.h"
#include "core/timers.h"
#include "core/workload.h"

static void test_advance(void **state)
{
    struct op op;
    char buffer[10];

    (void)state;
    op_init(&op);
    op_read(&op, 3, buffer, sizeof buffer, OP_STREAM);
    assert_false(op_advance(&op, 4));
    assert_int_equal(op.done, 4);
    assert_false(op_advance(&op, -EINTR));
    assert_false(op_advance(&op, 5));
    assert_true(op_advance(&op, 1));
    assert_int_equal(op.done, sizeof buffer);

    op_read(&op, 3, buffer, sizeof buffer, OP_STREAM);
    assert_false(op_advance(&op, 4));
    assert_true(op_advance(&op, 0)); /* the end of the stream */
    assert_int_equal(op.done, 4);
    assert_int_equal(op.error, 0);

    op_read_some(&op, 3, buffer, sizeof buffer);
    assert_true(op_advance(&op, 2));
    assert_int_equal(op.done, 2);

    op_write(&op, 3, buffer, sizeof buffer, OP_STREAM);
    assert_false(op_advance(&op, 9));
    assert_true(op_advance(&op, -EPIPE));
    assert_int_equal(op.error, EPIPE);
}

static void test_try_and_finish(void **state)
{
    struct op op;
    char buffer[4];
    int pair[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    op_init(&op);
    assert_true(op_try(&op)); /* START without an arrival */
    op_read(&op, pair[0], buffer, sizeof buffer, OP_STREAM);
    assert_false(op_try(&op));
    assert_int_equal(op_events(&op), POLLIN);
    assert_int_equal(write(pair[1], "ab", 2), 2);
    assert_false(op_try(&op));
    assert_int_equal(op.done, 2);
    assert_int_equal(write(pair[1], "cd", 2), 2);
    assert_true(op_try(&op));
    assert_memory_equal(buffer, "abcd", 4);

    /* A time-out is told from everything else. */
    op_read(&op, pair[0], buffer, sizeof buffer, OP_STREAM);
    op.deadline_ns = clock_ns() + NS_PER_MS;
    op_finish(&op);
    assert_int_equal(op.error, ETIMEDOUT);
    close(pair[1]);
    op_read(&op, pair[0], buffer, sizeof buffer, OP_STREAM);
    op_finish(&op);
    assert_int_equal(op.error, 0);
    assert_int_equal(op.done, 0);
    op_close(&op, pair[0]);
    op_finish(&op);
    assert_int_equal(op.error, 0);
}

static void test_sleep_never_ends_early(void **state)
{
    struct op op;

    (void)state;
    op_init(&op);
    op_sleep(&op, 3 * NS_PER_MS);
    uint64_t end_ns = op.deadline_ns;
    op_finish(&op);
    assert_true(clock_ns() >= end_ns);
    op_sleep(&op, NS_PER_S * 3600);
    assert_false(op_try(&op));
    op_elide(&op); /* returns: that is the test */
}

static void test_refused_connection_leaves_no_socket(void **state)
{
    struct sockaddr_in nobody = {.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof nobody;
    struct op op;

    (void)state;
    /* A port that was free a moment ago, on which nobody listens. */
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(probe, (struct sockaddr *)&nobody, length), 0);
    assert_int_equal(getsockname(probe, (struct sockaddr *)&nobody, &length),
                     0);
    op_init(&op);
    op_connect(&op, &nobody);
    op_finish(&op);
    assert_int_equal(op.error, ECONNREFUSED);
    assert_int_equal(op.fd, -1);
    op_connect(&op, &nobody);
    while (!op_try(&op))
        continue; /* a non-blocking connection is never refused at once */
    assert_int_equal(op.error, ECONNREFUSED);
    assert_int_equal(op.fd, -1);
    close(probe);
}

/* A task that begins with a connection: nothing before it comes, then the
 * connection itself; a listener that is none, and one that nobody calls. */
static void test_start_takes_a_connection(void **state)
{
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof here;
    struct op op;

    (void)state;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&here, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&here, &length),
                     0);
    op_init(&op);
    assert_false(op_is_call(&op));
    op.fd = listener;
    assert_true(op_is_call(&op));
    assert_int_equal(op_events(&op), POLLIN);
    assert_false(op_try(&op));
    assert_int_equal(connect(client, (struct sockaddr *)&here, length), 0);
    op_finish(&op);
    assert_int_equal(op.error, 0);
    assert_true(op.fd >= 0 && op.fd != listener);
    close(op.fd);

    op_init(&op);
    op.fd = listener;
    op.deadline_ns = clock_ns() + NS_PER_MS;
    op_finish(&op);
    assert_int_equal(op.error, ETIMEDOUT);
    assert_int_equal(op.fd, -1);

    op_init(&op);
    op.fd = client;
    op_finish(&op);
    assert_int_equal(op.error, EINVAL);
    assert_int_equal(op.fd, -1);
    close(client);
    close(listener);
}

enum { NTIMERS = 1000 };

static void test_timers_come_in_order(void **state)
{
    static size_t places[NTIMERS];
    static uint64_t deadlines[NTIMERS];
    struct timers timers;
    uint64_t last_ns = 0;
    size_t nleft = NTIMERS;

    (void)state;
    timers_init(&timers);
    for (size_t i = 0; i < NTIMERS; i++) {
        deadlines[i] = draw_between(1, i, 0, 1, 500);
        assert_int_equal(
            timers_add(&timers, deadlines[i], &deadlines[i], &places[i]), 0);
    }
    for (size_t i = 0; i < NTIMERS; i += 3, nleft--) {
        timers_remove(&timers, places[i]);
        assert_true(places[i] == TIMER_NONE);
    }
    assert_null(timers_expire(&timers, 0));
    for (; nleft > 0; nleft--) {
        const uint64_t *deadline = timers_expire(&timers, 500);
        assert_non_null(deadline);
        assert_true(*deadline >= last_ns);
        last_ns = *deadline;
    }
    assert_null(timers_expire(&timers, 500));
    timers_fini(&timers);
}

static bool nothing_next(struct task *task)
{
    (void)task;
    return false;
}

static const struct workload nothing = {.name = "nothing",
                                        .next = nothing_next};

static struct job *make_job(uint64_t ntasks, unsigned workers)
{
    struct job_plan plan = {
        .workload = &nothing, .ntasks = ntasks, .workers = workers};
    struct job *job;

    assert_int_equal(job_new(&plan, &job), 0);
    return job;
}

static void test_poller(void **state)
{
    struct job *job = make_job(2, 1);
    struct task *reader = job_task(job, 0);
    struct task *sleeper = job_task(job, 1);
    struct poller poller;
    char buffer[2];
    int pair[2];

    (void)state;
    assert_int_equal(poller_init(&poller), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    op_read(&reader->op, pair[0], buffer, 2, OP_STREAM);
    assert_false(op_try(&reader->op));
    assert_int_equal(poller_watch(&poller, reader), 0);
    op_sleep(&sleeper->op, 2 * NS_PER_MS);
    assert_int_equal(poller_watch(&poller, sleeper), 0);
    assert_null(poller_poll(&poller));
    assert_ptr_equal(poller_wait(&poller), sleeper);
    assert_true(op_try(&sleeper->op));

    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_ptr_equal(poller_wait(&poller), reader);
    assert_false(op_try(&reader->op));
    reader->op.deadline_ns = clock_ns() + NS_PER_MS;
    assert_int_equal(poller_watch(&poller, reader), 0);
    assert_ptr_equal(poller_wait(&poller), reader);
    assert_true(op_try(&reader->op));
    assert_int_equal(reader->op.error, ETIMEDOUT);

    /* Data that come while nobody waits for them wake nobody. */
    assert_int_equal(write(pair[1], "yz", 2), 2);
    assert_null(poller_poll(&poller));
    op_read(&reader->op, pair[0], buffer, 2, OP_STREAM);
    assert_true(op_try(&reader->op));
    assert_memory_equal(buffer, "yz", 2);
    close(pair[0]);
    close(pair[1]);
    poller_fini(&poller);
    job_free(job);
}

static void test_job_hands_out_each_task_once(void **state)
{
    struct job *job = make_job(3, 2);

    (void)state;
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(job_next(job)->index, i);
    assert_null(job_next(job));
    assert_int_equal(job_end_ns(job), 0);
    job_worker_done(job, 1);
    assert_true(job_end_ns(job) > 0);
    job_free(job);

    job = make_job(3, 1);
    assert_int_equal(job_fail(job, EAGAIN, "task %d", 7), -EAGAIN);
    assert_int_equal(job_fail(job, ENOMEM, "later"), -ENOMEM);
    assert_int_equal(job->error, EAGAIN);
    assert_string_equal(job->reason, "task 7");
    assert_null(job_next(job));
    job_free(job);
}

static void test_digest_sees_lost_and_doubled_tasks(void **state)
{
    struct job *job = make_job(4, 1);
    struct job_result right, wrong;

    (void)state;
    for (uint64_t i = 0; i < 4; i++)
        job_task(job, i)->digest = mix64(i);
    job_sum(job, &right);
    job_task(job, 2)->digest = job_task(job, 1)->digest;
    job_sum(job, &wrong);
    assert_true(right.digest != wrong.digest);
    /* Two tasks that swap their outcomes are wrong, too. */
    job_task(job, 2)->digest = mix64(1);
    job_task(job, 1)->digest = mix64(2);
    job_sum(job, &wrong);
    assert_true(right.digest != wrong.digest);
    job_free(job);
}

static void test_gate_notices_a_death(void **state)
{
    struct gate gate;

    (void)state;
    assert_int_equal(gate_init(&gate), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(0); /* dies before it comes to the gate */
    gate_be_opener(&gate);
    assert_int_equal(gate_await(&gate, 1), -ECHILD);
    gate_fini(&gate);
}

static void test_peer_draws_delays_by_seed(void **state)
{
    struct peer_plan plan = {.seed = 7, .delay_us = 100, .jitter_us = 50};

    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        uint64_t delay_ns = peer_delay_ns(&plan, i);
        assert_in_range(delay_ns, 100000, 150000);
        assert_int_equal(delay_ns, peer_delay_ns(&plan, i));
    }
}

static void test_peer_goes_with_its_keeper(void **state)
{
    struct peer_plan plan = {.protocol = PEER_ECHO, .message_bytes = 8};
    struct peer peer;

    (void)state;
    assert_int_equal(peer_start(&plan, 5000, &peer), 0);
    assert_int_equal(peer.nports, 3);
    assert_true(peer_alive(&peer));
    pid_t pid = peer.pid;
    peer_stop(&peer);
    assert_int_equal(peer.control, -1);
    while (kill(pid, 0) == 0)
        usleep(1000);
    assert_int_equal(errno, ESRCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_advance),
        cmocka_unit_test(test_try_and_finish),
        cmocka_unit_test(test_sleep_never_ends_early),
        cmocka_unit_test(test_refused_connection_leaves_no_socket),
        cmocka_unit_test(test_start_takes_a_connection),
        cmocka_unit_test(test_timers_come_in_order),
        cmocka_unit_test(test_poller),
        cmocka_unit_test(test_job_hands_out_each_task_once),
        cmocka_unit_test(test_digest_sees_lost_and_doubled_tasks),
        cmocka_unit_test(test_gate_notices_a_death),
        cmocka_unit_test(test_peer_draws_delays_by_seed),
        cmocka_unit_test(test_peer_goes_with_its_keeper),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
