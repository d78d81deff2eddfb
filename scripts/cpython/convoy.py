# SPDX-License-Identifier: MIT
"""The convoy: tasks that echo what a client sends, beside tasks that only
compute, for a stated time (benches/workloads/convoy.c). The client is that of
Heddle, `heddle peer --client`, in a process of its own."""
import json
import socket
import subprocess
import time
from multiprocessing.sharedctypes import RawValue

import work
from digest import draw_u64, job_digest, mix64
from measure import clock_ns

GRACE_NS = 20 * 10 ** 9  # beyond it, who should have said stop is gone


class Flag(object):
    value = 0


class Shared(object):
    """What all tasks have."""

    def __init__(self, plan, processes):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(1000)
        self.stop = RawValue("i") if processes else Flag()
        self.limit_ns = (plan["set"]["convoy.duration_ms"] * 10 ** 6 + GRACE_NS)


def echo(plan, listener):
    size = plan["set"]["convoy.message_bytes"]
    connection, _ = listener.accept()
    try:
        while True:
            message = connection.recv(size)
            while message and len(message) < size:
                more = connection.recv(size - len(message))
                message = message + more if more else b""
            if not message:
                return
            connection.sendall(message)
    finally:
        connection.close()


def compute(plan, shared):
    """Returns what to replay, and how long it took."""
    grain = plan["set"]["convoy.grain"]
    value, steps, began_ns = 1, 0, clock_ns()
    while not shared.stop.value:
        value = work.count_down(value, grain)
        steps += grain
        if clock_ns() - began_ns > shared.limit_ns:
            raise work.Refused("nobody said that the time was over")
    return value, steps, clock_ns() - began_ns


def take_part(plan, worker, shared):
    if worker < plan["set"]["convoy.echo_tasks"]:
        return echo(plan, shared.listener)
    return compute(plan, shared)


def refuse(plan, heddle):
    settings = plan["set"]
    if plan["workers"] < plan["tasks"]:
        raise work.Refused("convoy: all tasks have to be under way at once: "
                           "write --workers %d" % plan["tasks"])
    if settings["convoy.echo_tasks"] > plan["tasks"]:
        raise work.Refused("convoy.echo_tasks=%d of %d tasks: write fewer"
                           % (settings["convoy.echo_tasks"], plan["tasks"]))
    if settings["convoy.warmup_ms"] != 100:
        raise work.Refused("convoy.warmup_ms=%d: beside Python it is 100"
                           % settings["convoy.warmup_ms"])
    if heddle is None:
        raise work.Refused("convoy: write --heddle PATH: it is the client")


class Convoy(object):
    job = staticmethod(take_part)
    is_timed = True  # so nobody knows beforehand how many steps it takes
    is_unverified = False

    def __init__(self, plan, mode, heddle):
        refuse(plan, heddle)
        if mode == "interpreters":
            raise work.Refused("convoy: interpreters share no objects; write "
                               "threads, or processes")
        self.plan, self.heddle = plan, heddle
        self.shared = Shared(plan, mode == "processes")
        self.told = {}

    def meanwhile(self):
        """The client keeps the time. Whatever happens to it, all have to end.
        """
        try:
            if self.plan["set"]["convoy.echo_tasks"] > 0:
                self.told = json.loads(self.load())
            else:
                time.sleep(self.plan["set"]["convoy.duration_ms"] / 1e3)
        finally:
            self.shared.stop.value = 1
            # Who still waits for a connection gets none.
            self.shared.listener.shutdown(socket.SHUT_RDWR)
            self.shared.listener.close()

    def load(self):
        settings = self.plan["set"]
        return self.call(
            "peer", "--json",
            "--client", self.shared.listener.getsockname()[1],
            "--connections", settings["convoy.echo_tasks"],
            "--duration-ms", settings["convoy.duration_ms"],
            "--message-bytes", settings["convoy.message_bytes"],
            "--seed", self.plan["seed"],
            "--unit-us", settings["convoy.unit_us"])

    def call(self, *words):
        process = subprocess.Popen([self.heddle] + [str(word) for word in words],
                                   stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        out, complaint = process.communicate()
        if process.returncode != 0:
            raise work.Refused(complaint.decode("utf-8", "replace").strip()
                               or "%s ended with %d" % (words[0],
                                                        process.returncode))
        return out.decode("utf-8")

    def is_right(self, value, steps):
        """The same steps in C, where they take no time."""
        found = self.call("once", "--reference", "--model", "sequential",
                          "--workload", "countdown", "--tasks", 1,
                          "--set", "countdown.steps=%d" % steps)
        expected = job_digest([(0, mix64(value))])
        return int(found.partition(":")[0], 16) == expected

    def tell(self, results, line):
        """The client has compared what it got back. A digest stands for tasks
        that did what they say that they did, as in convoy_check.c."""
        computed = [result for result in results if result is not None]
        right = all(self.is_right(value, steps) for value, steps, _ in computed
                    if steps > 0)
        line["digest"] = "0x%016x" % job_digest(
            (index, draw_u64(self.plan["seed"], index, right))
            for index in range(self.plan["tasks"]))
        line["steps"] = sum(steps for _, steps, _ in computed)
        line["metrics"].update(self.told)
        line["metrics"]["cpu_steps_per_s"] = sum(
            steps * 1e9 / ns for _, steps, ns in computed)
