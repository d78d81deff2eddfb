# SPDX-License-Identifier: MIT
"""What all tests of bad days share: a case with a program and a folder of its
own, a look at its processes, and the proof that nothing of it is left.

A script is called as `python3 NAME.py PATH_OF_HEDDLE [--sanitized]`. It exits
with 0 (well), 1 (with every failure told) or 77 (this machine cannot test it).
"""
import collections
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77

# Nothing here depends on how long something takes. Only what would never come
# has to be given up at some time, and this is far beyond any of it.
PATIENCE_S = 60

Outcome = collections.namedtuple("Outcome", "status out err")

failures = []
skipped = []
ncases = 0


def fail(message):
    failures.append(message)
    print("FAILED", message, flush=True)


def skip(what, why):
    skipped.append(what)
    print(f"SKIPPED {what}: {why}", flush=True)


def wait_for(condition):
    """What the condition is in the end; something false: it never came."""
    until = time.monotonic() + PATIENCE_S
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def fields(pid):
    """/proc/PID/stat from the state on (proc(5), field 3); None: it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def parent(pid):
    stat = fields(pid)
    return int(stat[1]) if stat else None


def kill(pid):
    """It may have gone by itself just now."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def command_line(pid):
    """Its arguments, without the program; none if it is gone."""
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
            return file.read().split("\0")[1:-1]
    except OSError:
        return []


def tcp_sockets(state):
    """The inodes of all TCP sockets of this machine that are "established", or
    that "listen"."""
    code = {"established": "01", "listen": "0A"}[state]
    with open("/proc/net/tcp", encoding="utf-8") as file:
        rows = (line.split() for line in file)
        return {f"socket:[{row[9]}]" for row in rows if row[3] == code}


def holds_any(pid, sockets):
    """Does this process have one of these sockets open?"""
    try:
        return any(os.readlink(f"/proc/{pid}/fd/{fd}") in sockets
                   for fd in os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return False  # A descriptor, or all of the process, has just gone.


class Case:
    """One bad day. The program is a copy, so that its processes can be told
    from everybody else's, in a folder that any user may read."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        global ncases
        ncases += 1
        self.shared_memory = self.named_shared_memory()
        self.folder = tempfile.mkdtemp(prefix="heddle-test-", dir="/tmp")
        self.program = os.path.join(self.folder, "heddle")
        self.temporary = os.path.join(self.folder, "tmp")
        self.work = os.path.join(self.folder, "work")
        self.sessions = set()
        self.nstarted = 0
        os.chmod(self.folder, 0o755)
        shutil.copy(program, self.program)
        for folder in self.temporary, self.work:
            os.mkdir(folder)
            os.chmod(folder, 0o777)
        return self

    def __exit__(self, kind, error, trace):
        try:
            self.check_nothing_left()
        finally:
            for pid in self.pids():
                kill(pid)
            wait_for(lambda: not self.pids())
            shutil.rmtree(self.folder)

    @staticmethod
    def named_shared_memory():
        """Only ours: others may come and go there while we look."""
        try:
            return {name for name in os.listdir("/dev/shm") if "heddle" in name}
        except OSError:
            return set()

    def fail(self, message):
        fail(f"{self.what}: {message}")

    def check(self, condition, message):
        if not condition:
            self.fail(message)
        return condition

    def start(self, *arguments, limits=(), user=None, env=(), stdout=None,
              prepare=None):
        """Starts `heddle ARGUMENTS...` in a session of its own, as a shell
        with job control would. `limits` are pairs for setrlimit(2), `prepare`
        is called in the new process before it becomes heddle."""

        def set_limits():
            if prepare is not None:
                prepare()
            for what, number in limits:
                resource.setrlimit(what, (number, number))

        self.nstarted += 1
        paths = [os.path.join(self.folder, f"{stream}{self.nstarted}")
                 for stream in ("out", "err")]
        open(paths[0], "wb").close()
        with open(stdout or paths[0], "wb") as out, open(paths[1], "wb") as err:
            process = subprocess.Popen(
                [self.program, *map(str, arguments)], cwd=self.work,
                stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env={**os.environ, "TMPDIR": self.temporary, **dict(env)},
                start_new_session=True, preexec_fn=set_limits, user=user,
                group=user, extra_groups=None if user is None else [])
        process.paths = paths
        self.sessions.add(process.pid)
        return process

    def end(self, process):
        """Waits until a process that was started has ended."""
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.fail(f"it does not end: {' '.join(process.args[1:])}")
            process.kill()
            process.wait()
        texts = []
        for path in process.paths:
            with open(path, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return Outcome(process.returncode, *texts)

    def run(self, *arguments, **how):
        return self.end(self.start(*arguments, **how))

    def pids(self):
        """All processes of this case that live, zombies left aside."""
        found = []
        for name in os.listdir("/proc"):
            stat = fields(name) if name.isdigit() else None
            if stat is None or stat[0] in "ZX":
                continue
            try:
                path = os.readlink(f"/proc/{name}/exe")
            except OSError:
                path = ""
            if int(stat[3]) in self.sessions or path == self.program:
                found.append(int(name))
        return found

    def children(self, pid):
        return [child for child in self.pids() if parent(child) == pid]

    def peer(self, state="listen"):
        """The process that listens, if one of its connections is established
        when that is asked for; 0: there is none (yet)."""
        listening, wanted = tcp_sockets("listen"), tcp_sockets(state)
        for pid in self.pids():
            if holds_any(pid, listening) and holds_any(pid, wanted):
                return pid
        return 0

    def check_nothing_left(self):
        """Sockets and unnamed memory are gone when their processes are."""
        wait_for(lambda: not self.pids())
        for pid in self.pids():
            self.fail(f"process {pid} is left behind: {command_line(pid)}")
        # The thread sanitizer's own, when it is killed while it starts.
        left = [name for name in os.listdir(self.temporary)
                if not (sanitized and name.startswith("tsan.rodata."))]
        self.check(not left, f"files are left in TMPDIR: {left}")
        left = self.named_shared_memory() - self.shared_memory
        self.check(not left, f"left in /dev/shm: {left}")

    def check_failed(self, outcome, *patterns):
        """`once --json` must have told in one line that and why it failed."""
        said = f"exit {outcome.status}, {outcome.out!r}, {outcome.err!r}"
        try:
            line = json.loads(outcome.out)
        except ValueError:
            return self.fail(f"no line of JSON: {said}")
        self.check(outcome.out.count("\n") == 1, f"more than a line: {said}")
        self.check(outcome.status == 4, f"exit status is not 4: {said}")
        self.check(outcome.err == "", f"it complains twice: {said}")
        self.check(line["status"] == "failed", f"status is not failed: {said}")
        for pattern in patterns:
            self.check(re.search(pattern, line["error"] or ""),
                       f"no {pattern!r} in the error {line['error']!r}")
        return line

    def check_complaint(self, outcome, status, *patterns):
        """One line on standard error must tell what is wrong."""
        said = f"exit {outcome.status}, {outcome.out!r}, {outcome.err!r}"
        self.check(outcome.status == status, f"exit is not {status}: {said}")
        self.check(re.fullmatch(r"heddle: .+\n", outcome.err),
                   f"not one line of complaint: {said}")
        for pattern in patterns:
            self.check(re.search(pattern, outcome.err),
                       f"no {pattern!r} in the complaint: {said}")


def catalogue():
    """What `heddle list --json` says."""
    text = subprocess.run([program, "list", "--json"], check=True,
                          stdout=subprocess.PIPE).stdout
    return json.loads(text)


def models():
    return [model["name"] for model in catalogue()["models"]]


def finish():
    """Ends the script with what came of it."""
    print(f"{ncases} cases, {len(failures)} failures, {len(skipped)} skipped")
    if failures:
        sys.exit(1)
    sys.exit(SKIPPED if ncases == 0 else 0)


if len(sys.argv) < 2:
    sys.exit(f"usage: {sys.argv[0]} PATH_OF_HEDDLE [--sanitized]")
program = os.path.abspath(sys.argv[1])
sanitized = "--sanitized" in sys.argv[2:]
if not os.access(program, os.X_OK):
    sys.exit(f"{program}: there is no such program")
