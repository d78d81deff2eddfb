# SPDX-License-Identifier: MIT
"""`heddle once --live`: drawn over itself on a terminal, plain lines elsewhere,
and a terminal that is as it was, however the run ends."""
import os
import pty
import re
import signal

import heddle
from heddle import Case

ONCE = ("once", "--model", "gil", "--workload", "countdown", "--tasks", "2",
        "--workers", "2", "--live", "--set")
SHORT = "countdown.steps=30000000"
# Nobody waits for its end, nor for what it would have to find.
LONG = ("countdown.steps=100000000000", "--expect", "0x1")
STATES = {"holding": "H", "waiting": "w", "asleep": "z"}


def check_letters(case, out):
    lanes = re.findall(r"^worker \d +([HwzsR ]+)$", out, re.MULTILINE)
    case.check(len(lanes) == 2 and "\033" not in out, out)
    case.check(any("H" in lane for lane in lanes), f"nobody held it: {out}")
    for word, letter in STATES.items():
        case.check(f"{letter} {word}" in out, f"no legend for {word}: {out}")


def plain():
    with Case("lanes without a terminal") as case:
        outcome = case.run(*ONCE, SHORT)
        case.check(outcome.status == 0 and outcome.err == "", outcome)
        check_letters(case, outcome.out)
        outcome = case.run(*ONCE, SHORT, "--json")
        case.check(outcome.status == 0 and outcome.out.startswith("{") and
                   outcome.out.count("\n") == 1, outcome.out)
        check_letters(case, outcome.err)


def on_terminal(case, env, *arguments, interrupt_at=None):
    """What it wrote, and how it ended; with SIGINT once it has written that."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(case.work)
        os.environ.update({"TERM": "xterm", **env})
        os.execl(heddle.program, "heddle", *arguments)
    case.sessions.add(pid)
    said = b""
    try:
        while piece := os.read(terminal, 65536):
            said += piece
            if interrupt_at and said.count(interrupt_at) >= 3:
                os.write(terminal, b"\x03")
                interrupt_at = None
    except OSError:     # how a terminal ends
        pass
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return said.decode(), status


def check_sane(case, said):
    """Whoever writes next finds a cursor, and the usual colours."""
    case.check(said.rfind("\033[?25h") > said.rfind("\033[?25l"), repr(said))
    colours = re.findall(r"\033\[\d*m", said)
    case.check(not colours or colours[-1] == "\033[0m", repr(said[-300:]))
    case.check(said.endswith("\n"), repr(said[-40:]))


def pictures():
    with Case("lanes on a terminal") as case:
        utf8 = {"LC_ALL": "C.UTF-8", "NO_COLOR": ""}
        said, status = on_terminal(case, utf8, *ONCE, SHORT)
        case.check(status == 0, status)
        check_sane(case, said)
        case.check("█" in said and "\033[32m" in said, repr(said[-900:]))
        case.check(re.search(r"\033\[4A\r", said), "not drawn over itself")
        case.check("Drawing took" in said, repr(said[-300:]))
        said, status = on_terminal(case, {**utf8, "NO_COLOR": "1"}, *ONCE,
                                   SHORT)
        case.check(status == 0 and "█" in said and
                   not re.search(r"\033\[\d*m", said), repr(said[-900:]))
        said, status = on_terminal(case, {"LC_ALL": "C"}, *ONCE, SHORT)
        case.check(status == 0 and said.isascii() and "H" in
                   re.sub(r"\033\[\d*m", "", said), repr(said[-900:]))
        said, status = on_terminal(case, {"TERM": "dumb"}, *ONCE, SHORT)
        case.check(status == 0, status)
        check_letters(case, said.replace("\r", ""))


def interrupted():
    with Case("lanes, interrupted on the terminal") as case:
        said, status = on_terminal(case, {"LC_ALL": "C.UTF-8"}, *ONCE, *LONG,
                                   interrupt_at=b"blank: idle")
        case.check(os.WIFSIGNALED(status) and
                   os.WTERMSIG(status) == signal.SIGINT, status)
        check_sane(case, said)


plain()
pictures()
interrupted()
heddle.finish()
