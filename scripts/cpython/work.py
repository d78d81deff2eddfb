# SPDX-License-Identifier: MIT
"""What tasks do: workloads of benches/workloads/ in Python. The same numbers in
the same order give the same digests, so Python is held to equal work like every
other model. A plan is a dict: it has to travel to other interpreters."""
import hashlib
import json
import math
import os
import time
from itertools import repeat

from digest import MASK, digest_u64, draw_between, draw_u64, mix64
from measure import clock_ns


class Refused(Exception):
    """Python cannot do that; the text says what to write instead."""


# ---- Computing ----


def count_down(value, steps):
    """Xorshift, as in benches/workloads/countdown.c. The interpreter looks up
    at every jump back to the head of the loop."""
    for _ in repeat(None, steps):
        value ^= (value << 13) & MASK
        value ^= value >> 7
        value ^= (value << 17) & MASK
    return value


def count_down_noting(value, steps, handovers, me):
    """The same, and notes when it finds that another thread ran before."""
    for _ in repeat(None, steps):
        value ^= (value << 13) & MASK
        value ^= value >> 7
        value ^= (value << 17) & MASK
        if handovers.owner != me:
            handovers.owner = me
            handovers.times_ns.append(clock_ns())
    return value


def hash_outside(rounds):
    """Lets go of the GIL for all of its rounds at once."""
    if rounds > 0:
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", rounds)


def rounds_per_step():
    """How many rounds of hashing take as long as a step of computing. The
    fastest of several tries: whatever disturbs makes slower."""
    steps, rounds = 2000, 500
    times_ns = []
    for _ in range(9):
        began_ns = clock_ns()
        count_down(1, steps)
        middle_ns = clock_ns()
        hash_outside(rounds)
        times_ns.append((middle_ns - began_ns, clock_ns() - middle_ns))
    computing_ns, hashing_ns = (min(column) for column in zip(*times_ns))
    return (computing_ns / float(steps)) / (hashing_ns / float(rounds))


# ---- Workloads: (plan, index of the task, what all share) -> digest, steps ----


def countdown(plan, index, shared):
    numbers = plan["set"]
    steps, grain = numbers["countdown.steps"], numbers["countdown.grain"]
    if shared is not None:
        value = count_down_noting(index + 1, steps, shared,
                                  index % plan["workers"])
    else:
        value = count_down(index + 1, steps)
    return mix64(value), -(-steps // grain)


def sleepers(plan, index, _):
    numbers = plan["set"]
    digest, rounds = 0, numbers["sleepers.rounds"]
    for which in range(rounds):
        us = numbers["sleepers.sleep_us"] + draw_between(
            plan["seed"], index, which, 0, numbers["sleepers.jitter_us"])
        digest = digest_u64(digest, us)
        time.sleep(us / 1e6)
    return digest, rounds + 1


STRATA = 16


def draw_uniform(seed, index, turn, outside):
    """As in extension.c: of every STRATA turns of a kind one from each part."""
    own = turn // 2
    first = draw_u64(seed, index, MASK - (own // STRATA * 2 + outside))
    stratum = (own * 5 + first % STRATA) % STRATA
    draw = draw_u64(seed, index, turn)
    return (stratum + math.ldexp((draw >> 11) + 1, -53)) / STRATA


def turns(plan, index):
    """(steps, outside the lock?) of each turn, as benches/workloads/extension.c
    draws them."""
    numbers = plan["set"]
    left, cycle = numbers["extension.steps"], numbers["extension.cycle_steps"]
    percent = numbers["extension.outside_percent"]
    even, turn = numbers["extension.turns"] == "even", 0
    outside = even or draw_between(plan["seed"], index, 0, 1, 100) > percent
    while left > 0:
        outside = not outside
        turn += 1
        if even and outside:
            steps = cycle - cycle * (100 - percent) // 100
        elif even:
            steps = min(left, cycle) * (100 - percent) // 100
        else:
            share = percent if outside else 100 - percent
            uniform = draw_uniform(plan["seed"], index, turn, outside)
            steps = int(-math.log(uniform) * share / 100 * cycle)
        steps = min(steps, left)
        left -= steps
        if steps > 0:
            yield steps, outside


def extension(plan, index, _):
    """Nobody computes xorshift outside the lock here: hashing takes its time,
    and what comes out is another digest."""
    value = index + 1
    for steps, outside in turns(plan, index):
        if outside:
            hash_outside(int(round(steps * plan["rounds_per_step"])))
        else:
            value = count_down(value, steps)
    return mix64(value), 0


def add_one(number):
    return number + 1


def counter(plan, _, count):
    """`between` has a call between load and store; every version looks up
    there. In `after` the version decides where it does."""
    increments, cell = plan["set"]["counter.increments"], count.cell
    between = plan["set"]["counter.yield"] == "between"
    if plan["set"]["counter.guard"] == "mutex":
        for _ in repeat(None, increments):
            with count.lock:
                cell.value += 1
    elif between:
        for _ in repeat(None, increments):
            cell.value = add_one(cell.value)
    else:
        for _ in repeat(None, increments):
            cell.value += 1
    return mix64(increments), 1 + increments * (2 if between else 1)


WORKLOADS = {"countdown": countdown, "sleepers": sleepers,
             "extension": extension, "counter": counter}


# ---- What workers do ----


def work(plan, worker, shared=None):
    """All tasks of one worker. They are dealt out beforehand: every task of a
    workload costs the same, and nothing is shared but what the workload says.
    Returns [index, digest, steps] of each."""
    workload = WORKLOADS[plan["workload"]]
    return [[index] + list(workload(plan, index, shared))
            for index in range(worker, plan["tasks"], plan["workers"])]


def answer(plan_text, worker, pipe):
    """The same where only texts and descriptors come in and go out."""
    try:
        result = {"done": work(json.loads(plan_text), worker)}
    except Exception as error:  # whatever it is, the main thread has to tell
        result = {"error": "%s: %s" % (type(error).__name__, error)}
    with os.fdopen(pipe, "w") as out:
        json.dump(result, out)
