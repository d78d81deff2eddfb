# SPDX-License-Identifier: MIT
"""Runs every command of docs/profiling.md, in order and in one shell, and looks
at what perf and the flame graph found. Called as
`python3 test_profiling.py BUILD_FOLDER`; `make profile` is not run: the program
of that folder stands for both that the page names.

Exit status: 0 well, 1 not, 77 perf or strace cannot be used here.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
# The same commands, but over sooner.
SHORTER = (("echo.rounds=50", "echo.rounds=20"), ("-r 20", "-r 2"),
           ("--tasks 1000000", "--tasks 1000"))
PROGRAM = os.path.join(os.path.abspath(sys.argv[1]), "heddle")


def check(said, what):
    if not said:
        sys.exit(f"profiling: {what}")


def commands():
    with open(os.path.join(ROOT, "docs", "profiling.md"),
              encoding="utf-8") as file:
        blocks = re.findall(r"^```sh\n(.*?)^```$", file.read(),
                            re.MULTILINE | re.DOTALL)
    text = "".join(blocks)
    for long, short in SHORTER:
        check(long in text, f"no {long} on the page")
        text = text.replace(long, short)
    return text.splitlines()


def usable(tool, *probe):
    if shutil.which(tool) is None:
        return f"{tool} is not installed"
    done = subprocess.run([tool, *probe], check=False, capture_output=True,
                          text=True)
    return None if done.returncode == 0 else f"{tool}: {done.stderr.strip()}"


def run(folder):
    """With -e, a command that fails ends it; -x shows which one it was."""
    os.symlink(os.path.join(ROOT, "scripts"), os.path.join(folder, "scripts"))
    for build in ("build", "build-profile"):
        os.mkdir(os.path.join(folder, build))
        os.symlink(PROGRAM, os.path.join(folder, build, "heddle"))
    lines = [line for line in commands() if line != "make profile"]
    done = subprocess.run(["bash", "-exo", "pipefail", "-c", "\n".join(lines)],
                          cwd=folder, check=False, capture_output=True,
                          text=True)
    check(done.returncode == 0, f"exit {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


for missing in (usable("perf", "record", "-q", "-o", "/dev/null", "true"),
                usable("strace", "-c", "-o", "/dev/null", "true")):
    if missing is not None:
        print("skipped:", missing)
        sys.exit(77)
check(re.search(r"^profile:", open(os.path.join(ROOT, "Makefile"),
                                   encoding="utf-8").read(), re.MULTILINE),
      "make has no profile")
with tempfile.TemporaryDirectory() as work:
    out = run(work)
    with open(os.path.join(work, "flame.svg"), encoding="utf-8") as svg:
        drawn = svg.read()
    # With frame pointers, stacks are found on both sides of a switch.
    with open(os.path.join(os.path.dirname(PROGRAM), "CMakeCache.txt"),
              encoding="utf-8") as cache:
        pointers = "-fno-omit-frame-pointer" in cache.read()
    for name in ("coroutine_main", "op_try", "peer_serve") if pointers else ():
        check(name in drawn and name in out, f"no {name} in the profile")
    check(drawn.count("<g>") == drawn.count("</g>") > 20, "no flame graph")
    check("sendto" in out, "no system calls counted")
