# SPDX-License-Identifier: MIT
"""`heddle demo`: it asks first, waits for the class on a terminal and nowhere
else, tells what it measured, and leaves nothing when it is interrupted."""
import os
import pty
import re
import shutil
import signal
import statistics

import heddle
from heddle import Case

AA = ("demo", "aa", "--quick")
TRIES, RUNS = 3, 6


def rows(case, name):
    """The cells of a file in data/, without its header."""
    folders = os.listdir(os.path.join(case.work, "results"))
    case.check(len(folders) == 1, f"not one folder in results/: {folders}")
    path = os.path.join(case.work, "results", folders[0], "data", name)
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file
                if not line.startswith("#")]


def hodges_lehmann(ratios):
    return statistics.median((ratios[i] * ratios[k]) ** .5
                             for i in range(len(ratios)) for k in range(i + 1))


def check_files(case, out):
    """The ratios are B's times over A's, and the finding counts the claims."""
    runs, tries = rows(case, "aa.runs.tsv"), rows(case, "aa.tsv")
    case.check(len(tries) == TRIES and len(runs) == TRIES * 2 * RUNS,
               f"{len(tries)} tries, {len(runs)} pairs of runs")
    for one in tries:
        usual, blocks = ([(float(a), float(b)) for number, kind, _, a, b in runs
                          if (number, kind) == (one[0], way)]
                         for way in ("usual", "blocks"))
        ratio = sum(b for _, b in usual) / sum(a for a, _ in usual)
        case.check(abs(float(one[1]) / ratio - 1) < 1e-6,
                   f"usual: {one[1]}, not {ratio}")
        ratio = hodges_lehmann([b / a for a, b in blocks])
        case.check(abs(float(one[5]) / ratio - 1) < 1e-6,
                   f"blocks: {one[5]}, not {ratio}")
        for at in (1, 5):
            ratio, low, high = map(float, one[at:at + 3])
            claims = one[at + 3] == "1"
            case.check(low <= ratio <= high and
                       claims == (low > 1 or high < 1), f"claim of {one}")
    counts = [sum(one[at] == "1" for one in tries) for at in (4, 8)]
    text = " ".join(out.split())
    case.check(f"{counts[0]} of {TRIES} comparisons claim a difference; in "
               f"shuffled blocks, {counts[1]} of {TRIES}:" in text,
               f"it does not tell {counts}: {out}")


def whole():
    with Case("demo aa") as case:
        outcome = case.run(*AA, "--no-charts")
        case.check(outcome.status == 0 and outcome.err == "", outcome)
        order = [outcome.out.find(words) for words in
                 ("Ask before", "one and the same program", " try ", "\n   1 ",
                  f"\n   {TRIES} ", "\n all ", "\n=> ", "Noise grade",
                  "Files: ")]
        case.check(-1 not in order and order == sorted(order),
                   f"{order}: {outcome.out}")
        case.check("Press Enter" not in outcome.out, "it waits for nobody")
        case.check(("(hyperfine)" in outcome.out) ==
                   (shutil.which("hyperfine") is not None),
                   f"whose stop watch? {outcome.out}")
        check_files(case, outcome.out)
        case.check(os.listdir(case.work) == ["results"],
                   os.listdir(case.work))


def without_tools():
    """Neither hyperfine nor gnuplot."""
    with Case("demo aa without any tools") as case:
        outcome = case.run(*AA, env={"PATH": case.temporary})
        case.check(outcome.status == 0 and outcome.err == "", outcome)
        case.check("one after the other:" in outcome.out and
                   "No chart without gnuplot" in outcome.out, outcome.out)
        check_files(case, outcome.out)


def chart():
    if shutil.which("gnuplot") is None:
        return heddle.skip("chart of demo aa", "gnuplot is not installed")
    with Case("chart of demo aa") as case:
        outcome = case.run(*AA)
        case.check(outcome.status == 0 and outcome.err == "", outcome)
        case.check("plots/aa.svg: A program against itself" in outcome.out,
                   outcome.out)
        drawn = sorted(os.listdir(os.path.join(case.work, "plots")))
        case.check(drawn == ["aa-dark.png", "aa-dark.svg", "aa.png", "aa.svg"],
                   drawn)


def on_a_terminal():
    """Nothing is measured until somebody presses Enter."""
    with Case("demo aa on a terminal") as case:
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(case.work)
            os.execl(heddle.program, "heddle", *AA, "--no-charts")
        case.sessions.add(pid)
        said = b""
        while b"Press Enter" not in said:
            said += os.read(terminal, 4096)
        case.check(not case.children(pid), "it did not wait")
        case.check(b" try " not in said, f"it did not wait: {said}")
        os.write(terminal, b"\n")
        try:
            while piece := os.read(terminal, 4096):
                said += piece
        except OSError:     # how a terminal ends
            pass
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
        case.check(status == 0 and b"=> A program" in said, (status, said))


def interrupted(number, tries, env):
    """After so many tries: no results, no processes, the signal's status."""
    with Case(f"demo aa, {number.name} after {tries} tries, {env}") as case:
        process = case.start("demo", "aa", env=env)

        def told():
            with open(process.paths[0], encoding="utf-8") as file:
                return re.search(rf"^ *{tries} " if tries else "^ try",
                                 file.read(), re.M)

        case.check(heddle.wait_for(told), "it tells nothing")
        os.killpg(process.pid, number)
        outcome = case.end(process)
        case.check(outcome.status == 128 + number, outcome)
        case.check("=>" not in outcome.out, outcome.out)
        case.check(not os.listdir(case.work), os.listdir(case.work))


GIL = ("demo", "gil", "--quick", "--no-charts")


def tour():
    """Without a terminal it asks, and goes on; every stop ends in a verdict."""
    with Case("demo gil") as case:
        outcome = case.run(*GIL)
        case.check(outcome.status == 0 and outcome.err == "", outcome)
        parts = re.split(r"^---- Stop (\d) of 4 ----$", outcome.out,
                         flags=re.MULTILINE)
        case.check(parts[1::2] == ["1", "2", "3", "4"], outcome.out)
        for part in parts[2::2]:
            case.check(part.count("=> ") == 1 and "Ask before" in part and
                       "nan" not in part, part)
        case.check(re.search(r"^worker \d +.*H", parts[4], re.MULTILINE),
                   "no lanes")
        case.check(not os.listdir(case.work), os.listdir(case.work))


def tour_interrupted():
    with Case("demo gil, interrupted") as case:
        process = case.start("demo", "gil")

        def told():
            return case.children(process.pid)

        case.check(heddle.wait_for(told), "it measures nothing")
        os.killpg(process.pid, signal.SIGINT)
        outcome = case.end(process)
        case.check(outcome.status == 128 + signal.SIGINT, outcome)
        case.check("=>" not in outcome.out, outcome.out)
        case.check(not os.listdir(case.work), os.listdir(case.work))


def table():
    """Every descriptor that makes the table grow is there, doubled from the
    size that the process had; how long it took is the kernel's affair."""
    with Case("demo table") as case:
        outcome = case.run("demo", "table")
        rows = [int(n) for n in re.findall(r"^  (\d+) +[\d.]+ +[\d.]+$",
                                           outcome.out, re.MULTILINE)]
        case.check(outcome.status == 0 and rows and rows[0] >= 64 and
                   all(b == 2 * a for a, b in zip(rows, rows[1:])) and
                   f"doubled {len(rows)} time" in outcome.out, outcome)
        outcome = case.run("once", "--model", "threads", "--workload", "echo",
                           "--set", "echo.descriptor_table=growing")
        case.check_complaint(outcome, 4, "without echo.connect=inside")


def refused():
    with Case("demos that are none, and results that cannot be kept") as case:
        outcome = case.run("demo", "ab")
        case.check_complaint(outcome, 2, "no demo ab", "heddle demo")
        outcome = case.run("demo", "aa", "bb")
        case.check_complaint(outcome, 2, "bb is one too many")
        outcome = case.run("demo", "aa", "--blocks", "3")
        case.check_complaint(outcome, 2, "--blocks")
        outcome = case.run("demo")
        case.check(outcome.status == 0 and "heddle demo aa " in outcome.out,
                   outcome)
        open(os.path.join(case.work, "results"), "wb").close()
        outcome = case.run(*AA, "--no-charts")
        case.check_complaint(outcome, 4, "results/.*: Not a directory")
        case.check("=> A program" in outcome.out, "what was found is lost")


whole()
without_tools()
chart()
on_a_terminal()
interrupted(signal.SIGINT, 0, {})
interrupted(signal.SIGTERM, 1, {})
interrupted(signal.SIGINT, 1, {"PATH": "/nowhere"})
tour()
tour_interrupted()
refused()
table()
heddle.finish()
