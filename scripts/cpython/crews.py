# SPDX-License-Identifier: MIT
"""Who does the work: the main thread, threads, processes, or interpreters with
a GIL each. A crew is made (its workers exist and wait), runs, and is closed, as
the models of Heddle are. run() gives what each worker returned."""
import ctypes
import json
import multiprocessing
import os
import signal
import sys
import threading

import work


class CrewError(Exception):
    """A worker could not do its work."""


class Sequential(object):
    def __init__(self, plan, job, shared):
        self.work = lambda: job(plan, 0, shared)

    def run(self, meanwhile):
        meanwhile()
        return [self.work()]

    def close(self):
        pass


class Threads(object):
    """Under one GIL, or none in a free-threaded build."""

    def __init__(self, plan, job, shared):
        self.gate = threading.Event()
        self.results = [None] * plan["workers"]
        self.errors = []
        self.crew = [threading.Thread(target=self.begin,
                                      args=(job, plan, worker, shared))
                     for worker in range(plan["workers"])]
        for thread in self.crew:
            # Whoever ends this program does not wait for them.
            thread.daemon = True
            thread.start()

    def begin(self, job, plan, worker, shared):
        self.gate.wait()
        try:
            self.results[worker] = job(plan, worker, shared)
        except Exception as error:  # whatever it is, it has to be told
            self.errors.append("%s: %s" % (type(error).__name__, error))

    def run(self, meanwhile):
        self.gate.set()
        meanwhile()
        for thread in self.crew:
            thread.join()
        if self.errors:
            raise CrewError(self.errors[0])
        return self.results

    def close(self):
        pass


def die_with(parent):
    """Even if that is killed: prctl(2), PR_SET_PDEATHSIG. It may have died
    before it came to that."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class Processes(object):
    """Each has an interpreter and a GIL of its own."""

    def __init__(self, plan, job, shared):
        # Forked, as in all versions up to 3.13: they share what was made here.
        how = (multiprocessing.get_context("fork")
               if hasattr(multiprocessing, "get_context") else multiprocessing)
        self.pid, self.gate = os.getpid(), how.Event()
        self.pipes, self.crew = [], []
        for worker in range(plan["workers"]):
            ours, theirs = how.Pipe(False)
            process = how.Process(target=self.begin,
                                  args=(job, plan, worker, shared, theirs))
            process.daemon = True
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.crew.append(process)

    def begin(self, job, plan, worker, shared, pipe):
        die_with(self.pid)
        self.gate.wait()
        try:
            pipe.send((True, job(plan, worker, shared)))
        except Exception as error:  # whatever it is, it has to be told
            pipe.send((False, "%s: %s" % (type(error).__name__, error)))

    def run(self, meanwhile):
        self.gate.set()
        meanwhile()
        results = []
        for worker, pipe in enumerate(self.pipes):
            try:
                well, result = pipe.recv()
            except EOFError:
                well, result = False, "worker %d was killed" % worker
            if not well:
                raise CrewError(result)
            results.append(result)
        return results

    def close(self):
        for process in self.crew:
            process.join()


class Interpreters(object):
    """Threads of one process, each in an interpreter with a GIL of its own
    (PEP 684). They share no objects: a text goes in, a text comes out."""

    def __init__(self, plan, job, shared):
        assert job is work.work and shared is None
        self.module = interpreters_module()
        if self.module is None:
            raise CrewError("this Python has no interpreters with a GIL each")
        self.plan_text = json.dumps(plan)
        self.ids = [self.module.create() for _ in range(plan["workers"])]
        for one in self.ids:
            self.execute(one, "import sys\nsys.path.insert(0, folder)\n"
                              "import work", {"folder": sys.path[0]})
        self.pipes = [os.pipe() for _ in self.ids]
        self.threads = Threads(plan, self.begin, None)

    def execute(self, one, program, texts):
        run = getattr(self.module, "exec", None) or self.module.run_string
        trouble = run(one, program, texts)
        if trouble is not None:  # 3.12 raises it
            raise CrewError(trouble.formatted)

    def begin(self, _, worker, __):
        self.execute(self.ids[worker], "work.answer(plan, int(worker), int(fd))",
                     {"plan": self.plan_text, "worker": str(worker),
                      "fd": str(self.pipes[worker][1])})

    def run(self, meanwhile):
        # A pipe holds less than the answer of many tasks: they are read while
        # the interpreters write.
        texts = [None] * len(self.ids)

        def listen(worker):
            with os.fdopen(self.pipes[worker][0]) as pipe:
                texts[worker] = pipe.read()

        readers = [threading.Thread(target=listen, args=(worker,), daemon=True)
                   for worker in range(len(self.ids))]
        for reader in readers:
            reader.start()
        self.threads.run(meanwhile)
        for reader in readers:
            reader.join()
        answers = [json.loads(text) for text in texts]
        for one in answers:
            if "error" in one:
                raise CrewError(one["error"])
        return [one["done"] for one in answers]

    def close(self):
        for one in self.ids:
            self.module.destroy(one)


def interpreters_module():
    """Not public before 3.14. None: this version has no interpreters with a
    GIL of their own."""
    if sys.version_info < (3, 12):
        return None
    try:
        import _interpreters as module  # since 3.13
    except ImportError:
        try:
            import _xxsubinterpreters as module  # 3.12
        except ImportError:
            return None
    return module


CREWS = {"sequential": Sequential, "threads": Threads, "processes": Processes,
         "interpreters": Interpreters}
