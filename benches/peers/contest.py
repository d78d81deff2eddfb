# SPDX-License-Identifier: MIT
"""Who takes part in a comparison, and how one of them is run once.

A contestant is a program that prints the line of tell.h, or a model, run by
`heddle once --json --expect REFERENCE`. Each can be missing (not built here) or
refuse; both are told, and neither is a number.
"""

import json
import os
import signal
import subprocess
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARIES = {"boost": "Boost.Context", "fcontext": "Boost fcontext",
             "go": "Go", "heddle": "heddle", "nginx": "nginx", "openmp": "OpenMP", "tbb": "oneTBB",
             "ucontext": "swapcontext", "uv": "libuv", "libuv": "libuv"}
TIMEOUT_S = 120
CORES = str(len(os.sched_getaffinity(0)))     # what @cores stands for


class Missing(Exception):
    """It is not here; why is the text."""


class Refused(Exception):
    """It was here and did not measure; why is the text."""


class Wrong(Exception):
    """It did other work; which is the text."""


def stop(process):
    """Ends a program with all that it has started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(2)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def reason_of(words, complaint):
    lines = [line for line in complaint.splitlines() if line.strip()]
    text = lines[-1].strip() if lines else ""
    name = os.path.basename(words[0]) + ": "
    return text[len(name):] if text.startswith(name) else text


def run(words):
    """Standard output and the peak of its resident memory in bytes."""
    with tempfile.TemporaryFile("w+") as out, \
            tempfile.TemporaryFile("w+") as complaints:
        try:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out,
                stderr=complaints, start_new_session=True)
        except OSError as error:
            raise Refused(f"{words[0]}: {error.strerror}") from error
        late = threading.Event()
        watch = threading.Timer(
            TIMEOUT_S, lambda: (late.set(), stop(process)))
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            stop(process)
            raise
        finally:
            watch.cancel()
        out.seek(0)
        complaints.seek(0)
        if late.is_set():
            raise Refused(f"no answer within {TIMEOUT_S} s")
        text, complaint = out.read(), complaints.read()
    if process.returncode < 0:
        name = signal.Signals(-process.returncode).name
        raise Refused(f"killed by {name}")
    return process.returncode, text, complaint, usage.ru_maxrss * 1024


class Program:
    """`words`: the name of a program and its arguments."""

    prints_check = True     # to be held against that of the others

    def __init__(self, words, label, build):
        self.given = {"command": words}
        name = words[0]
        self.label = label or LIBRARIES.get(name.split("_")[-1],
                                            name.removeprefix("peer_"))
        for folder in (os.path.join(build, "benches", "peers"), build, HERE):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK) and os.path.isfile(path):
                self.words = [path] + [word.replace("@cores", CORES)
                                       for word in words[1:]]
                return
        raise Missing(f"{name} is not built here")

    def once(self):
        code, text, complaint, peak_bytes = run(self.words)
        if code != 0:
            raise Refused(reason_of(self.words, complaint) or
                          f"exit status {code}")
        try:
            told = json.loads(text)
            return {"operations": told["operations"], "check": told["check"],
                    "wall_ns": told["wall_ns"], "cpu_ns": told["cpu_ns"],
                    "peak_rss_bytes": told.get("peak_rss_bytes", peak_bytes)}
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"not the line of tell.h: {text[:60]!r}") from error


class Heddle:
    """The program under `build`, what it knows, and its reference results."""

    def __init__(self, build):
        self.path = os.path.join(build, "heddle")
        if not os.access(self.path, os.X_OK):
            raise Missing(f"{self.path} is not built")
        os.environ["HEDDLE"] = os.path.abspath(self.path)
        listed = self.json("list", "--json")
        self.models = {model["name"] for model in listed["models"]}
        self.workloads = {load["name"] for load in listed["workloads"]}
        self.references = {}

    def json(self, *words):
        return json.loads(run([self.path, *words])[1])

    def reference(self, workload, tasks, settings):
        """What the run must come to, computed once."""
        mine = [word for word in settings if word.startswith(workload + ".")]
        words = ["once", "--reference", "--model", "sequential", "--workload",
                 workload, "--tasks", str(tasks)]
        words += [part for word in mine for part in ("--set", word)]
        key = tuple(words)
        if key not in self.references:
            code, text, complaint, _ = run([self.path, *words])
            if code != 0:
                raise Refused(reason_of([self.path], complaint))
            self.references[key] = text.strip()
        return self.references[key]


class Model:
    """`given`: model, workload, tasks, and at will set, workers, inflight, and
    operations (what one task stands for many of)."""

    prints_check = False    # held against the workload's reference instead

    def __init__(self, given, label, heddle):
        self.given = given
        self.heddle = heddle
        self.label = label or given["model"]
        for what, known in (("model", heddle.models),
                            ("workload", heddle.workloads)):
            if given[what] not in known:
                raise Missing(f"{what} {given[what]} is not in this build")
        self.settings = [f"{name}={value}"
                         for name, value in given.get("set", {}).items()]
        self.words = [heddle.path, "once", "--json", "--model", given["model"],
                      "--workload", given["workload"], "--tasks",
                      str(given["tasks"])]
        for knob in ("workers", "inflight"):
            if knob in given:
                value = str(given[knob]).replace("@cores", CORES)
                self.words += ["--" + knob, value]
        for word in self.settings:
            self.words += ["--set", word]

    def once(self):
        expect = self.heddle.reference(self.given["workload"],
                                       self.given["tasks"], self.settings)
        code, text, complaint, _ = run(self.words + ["--expect", expect])
        try:
            told = json.loads(text)
        except ValueError:
            raise Refused(reason_of(self.words, complaint) or
                          f"exit status {code}") from None
        if told["status"] == "wrong":
            raise Wrong(f"{self.label}: {told['digest']} instead of {expect}")
        if told["status"] != "ok":
            raise Refused(told["error"])
        return {"operations": self.given.get("operations", told["tasks"]),
                "check": told["digest"], "wall_ns": told["run_ns"],
                "cpu_ns": told["user_ns"] + told["system_ns"],
                "peak_rss_bytes": told["peak_rss_bytes"]}


class Speedup:
    """Two contestants: the work done by `one` worker, and by `many`."""

    def __init__(self, one, many):
        self.one, self.many = one, many
        self.given = {"one": one.given, "many": many.given}
        self.label = many.label
        self.prints_check = many.prints_check

    def once(self):
        """The time of many over that of one: lower is better, as elsewhere."""
        one, many = self.one.once(), self.many.once()
        if one["check"] != many["check"]:
            raise Wrong(f"{self.label}: {many['check']} by many, "
                        f"{one['check']} by one")
        return dict(many, one_wall_ns=one["wall_ns"])


def contestant(given, build, heddle):
    """Makes one of an entry of pairs.json; raises Missing. A `label` is what it
    is called; `beside` says why no goal is held against it."""
    if isinstance(given, list):
        return Program(given, None, build)
    if "command" in given:
        return Program(given["command"], given.get("label"), build)
    if "one" in given:
        return Speedup(contestant(given["one"], build, heddle),
                       contestant(given["many"], build, heddle))
    return Model(given, given.get("label"), heddle)


def small(given):
    """The same with a thousandth of its size: to see that it works."""
    def less_of(value):
        number = int(value) if str(value).isdigit() else 0
        return type(value)(number // 1000) if number >= 10000 else value

    if isinstance(given, list):
        return given[:1] + [less_of(word) for word in given[1:]]
    less = dict(given)
    for key in ("one", "many", "command"):
        if key in less:
            less[key] = small(less[key])
    if "tasks" in less:
        less["tasks"] = min(less["tasks"], 10)
        less.pop("inflight", None)
    if "set" in less:
        less["set"] = {name: less_of(value)
                       for name, value in less["set"].items()}
    return less


def label_of(given):
    """What one that is missing would have been called."""
    if isinstance(given, list):
        return LIBRARIES.get(given[0].split("_")[-1], given[0])
    if "one" in given:
        return label_of(given["many"])
    return given.get("label") or given.get("model") or \
        label_of(given["command"])
