# SPDX-License-Identifier: MIT
"""The system refuses: descriptors, processes, memory. A refusal is a result
with a reason, never a crash, a hang or a smaller N."""
import os
import re
import resource
import sys

import heddle
import sandbox
from heddle import Case

# Each of their tasks waits in a process of its own, with its own descriptors,
# or alone: a limit per process does not stop them.
DESCRIPTORS_APART = {"sequential", "fork", "process_pool"}

NDESCRIPTORS = 64
NPROCESSES = 20
NTASKS = 200
MEMORY_BYTES = 1 << 29
STACK_BYTES = 1 << 23

# How to have all tasks under way at once, where it is not the default.
GILS = ("gil", "gil_ticks", "gil_each")
POOLS = {"process_pool", "thread_pool", "work_stealing", "openmp",
         "libuv_pool", *GILS}


def all_at_once(model):
    return ("--workers", NTASKS) if model in POOLS else ()


def once(case, model, workload, *settings, **how):
    arguments = [word for setting in settings for word in ("--set", setting)]
    return case.run("once", "--json", "--model", model, "--workload", workload,
                    "--tasks", NTASKS, *all_at_once(model), *arguments, **how)


def descriptors_inside(model):
    """Each task connects by itself. The peer's reply takes long where all
    tasks are to be connected before the first of them is done."""
    apart = model in DESCRIPTORS_APART
    limits = [(resource.RLIMIT_NOFILE, NDESCRIPTORS)]
    with Case(f"{model}, {NDESCRIPTORS} descriptors, connect=inside") as case:
        outcome = once(case, model, "echo", "echo.connect=inside",
                       "echo.rounds=1",
                       f"echo.delay_us={0 if apart else 2000000}",
                       limits=limits)
        if apart:
            case.check(outcome.status == 0, f"it has room enough: {outcome}")
        else:
            case.check_failed(outcome, r"\bEMFILE\b", r"task \d+",
                              rf"RLIMIT_NOFILE is {NDESCRIPTORS}")


def descriptors_outside(model):
    """All connections are made before, in one process."""
    limits = [(resource.RLIMIT_NOFILE, NDESCRIPTORS)]
    with Case(f"{model}, {NDESCRIPTORS} descriptors, connect=outside") as case:
        outcome = once(case, model, "echo", limits=limits)
        case.check_failed(outcome, r"\bEMFILE\b", r"connecting task \d+",
                          rf"RLIMIT_NOFILE is {NDESCRIPTORS}")


def processes(model, doing):
    """As a user whom nobody else is: the limit counts all that this user
    runs, and root is exempt. The sleep is long, so that none has ended."""
    what = f"{model}, {NPROCESSES} processes"
    if os.geteuid() != 0:
        return heddle.skip(what, "only root can become another user")
    user = 61000 + os.getpid() % 4000
    limits = [(resource.RLIMIT_NPROC, NPROCESSES)]
    with Case(what) as case:
        outcome = once(case, model, "sleepers", "sleepers.sleep_us=3000000",
                       limits=limits, user=user)
        case.check_failed(outcome, r"\bEAGAIN\b", doing,
                          rf"RLIMIT_NPROC is {NPROCESSES}, and \d+ are in use")
        told = re.search(doing, outcome.out)
        case.check(told and int(told[1]) <= NPROCESSES,
                   f"it was refused earlier: {outcome.out}")


def memory(model, error, doing):
    """The stacks together are larger than what may be mapped."""
    what = f"{model}, {MEMORY_BYTES >> 20} MiB of address space"
    if heddle.sanitized:
        return heddle.skip(what, "sanitizers reserve terabytes for themselves")
    limits = [(resource.RLIMIT_AS, MEMORY_BYTES)]
    with Case(what) as case:
        outcome = once(case, model, "sleepers", "sleepers.sleep_us=3000000",
                       f"{model}.stack_bytes={STACK_BYTES}", limits=limits)
        case.check_failed(outcome, rf"\b{error}\b", doing,
                          rf"RLIMIT_AS is {MEMORY_BYTES >> 20} MiB")


def forbidden(error):
    """A sandbox that knows nothing of io_uring, as containers are."""
    with Case(f"io_uring, forbidden with {error}") as case:
        outcome = case.run("once", "--json", "--model", "io_uring",
                           "--workload", "empty", prepare=lambda:
                           sandbox.forbid(sandbox.IO_URING_SETUP, error))
        case.check_failed(outcome, rf"\b{error}\b", r"kernel.io_uring_disabled")


def refuse_descriptors():
    for name in heddle.models():
        descriptors_inside(name)
        descriptors_outside(name)


def refuse_the_rest():
    processes("fork", r"forking for task (\d+)")
    processes("process_pool", rf"forking worker (\d+) of {NTASKS}")
    processes("threads", r"creating a thread for task (\d+)")
    for name in {"thread_pool", "work_stealing",
                 "libuv_pool"} & set(heddle.models()):
        processes(name, rf"creating thread (\d+) of {NTASKS}")
    for name in {*GILS, "openmp"} & set(heddle.models()):
        processes(name, rf"creating thread (\d+) of {NTASKS - 1}")
    if "io_uring" in heddle.models():
        forbidden("EPERM")
        forbidden("ENOSYS")
    memory("coroutines", "ENOMEM", rf"reserving {NTASKS} stacks")
    # What pthread_create(3) says if there is no memory for a stack.
    memory("threads", "EAGAIN", r"creating a thread for task \d+")


# Descriptors are counted for each process by itself, the rest for the user or
# the machine: one half may run beside other tests, and mostly sleeps.
refuse_descriptors() if "--descriptors" in sys.argv else refuse_the_rest()
heddle.finish()
