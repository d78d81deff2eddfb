# SPDX-License-Identifier: MIT
"""One table, many mouths: --help, the manual and the completions of three shells
name the same commands and options, and bash completes what it should.

Called as `python3 test_completions.py PATH_OF_HEDDLE [--sanitized]`.
"""
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(__file__), "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "trouble"))
import heddle
from heddle import Case

SHELLS = ("bash", "zsh", "fish")

# What is typed, and what it may become: exactly, or all of these and more.
COMPLETED = (
    (["comp"], {"compare", "completions"}),
    (["bench", "--bl"], {"--blocks"}),
    (["bench", "scal"], {"scaling"}),
    (["run", "--model", "thr"], {"threads", "thread_pool"}),
    (["run", "--model", "fork,thr"], {"fork,threads", "fork,thread_pool"}),
    (["once", "--workload", "mand"], {"mandelbrot"}),
    (["run", "--tasks", "1"], set()),
    (["peer", "--protocol", ""], {"echo", "http"}),
    (["completions", ""], set(SHELLS)),
    (["demo", "cor"], {"cores"}),
    (["list", "--names", ""], {"models", "workloads", "experiments",
                               "groups", "demos"}),
)


def from_help(case):
    commands = re.findall(r"^  (\w+) ", case.run("--help").out, re.MULTILINE)
    return {command: set(re.findall(r"^  --([\w-]+)",
                                    case.run(command, "--help").out,
                                    re.MULTILINE)) for command in commands}


def from_manual(case):
    text = case.run("man").out.partition(".SH EXIT STATUS")[0]
    parts = re.split(r"^\.SS heddle (\w+).*$", text, flags=re.MULTILINE)[1:]
    plain = [part.replace("\\-", "-") for part in parts]
    return {command: set(re.findall(r"^\.B --([\w-]+)", part, re.MULTILINE))
            | {"help"} for command, part in zip(plain[::2], plain[1::2])}


def from_bash(text):
    return {command: set(re.findall(r"--([\w-]+)", words)) for command, words
            in re.findall(r"^ *'(\w+) '\*' -'\*\) words='(.*)'", text,
                          re.MULTILINE)}


def from_zsh(text):
    return {command: set(re.findall(r"^ *'\*?--([\w-]+)\[", part, re.MULTILINE))
            for command, part in re.findall(
                r"^ *(\w+)\) _arguments(.*?);;$", text,
                re.MULTILINE | re.DOTALL)}


def from_fish(text):
    found = {}
    for command, option in re.findall(
            r"^complete .* '__fish_seen_subcommand_from (\w+)'.* -l ([\w-]+)",
            text, re.MULTILINE):
        found.setdefault(command, set()).add(option)
    return found


def one_table():
    with Case("help, manual, completions") as case:
        wanted = from_help(case)
        case.check("budget" in wanted["bench"], f"{wanted}")
        told = {"manual": from_manual(case)}
        readers = {"bash": from_bash, "zsh": from_zsh, "fish": from_fish}
        for shell in SHELLS:
            text = case.run("completions", shell).out
            told[shell] = readers[shell](text)
        for who, found in told.items():
            case.check(found.keys() == wanted.keys(),
                       f"{who} names {found.keys() ^ wanted.keys()} or not")
            for command in wanted:
                differ = wanted[command] ^ found.get(command, set())
                case.check(not differ, f"{who}, {command}: {differ}")


def shells_read_them():
    for shell in SHELLS:
        with Case(f"{shell} reads its completions") as case:
            if shutil.which(shell) is None:
                heddle.skip(case.what, f"no {shell} here")
                continue
            text = case.run("completions", shell).out
            path = os.path.join(case.folder, "completions")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            done = subprocess.run([shell, "-n", path], capture_output=True,
                                  check=False, text=True)
            case.check(done.returncode == 0 and done.stderr == "",
                       f"{done.returncode}: {done.stderr}")


def bash_completes():
    with Case("bash completes") as case:
        if shutil.which("bash") is None:
            heddle.skip(case.what, "no bash here")
            return
        script = """source <("$1" completions bash); shift
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _heddle && printf '%s\\n' "${COMPREPLY[@]}" """
        for words, wanted in COMPLETED:
            done = subprocess.run(
                ["bash", "-c", script, "-", case.program, case.program, *words],
                capture_output=True, check=False, text=True,
                cwd=os.path.abspath(ROOT))
            case.check(set(done.stdout.split()) == wanted and not done.stderr,
                       f"{words}: {done}")


def version():
    with Case("--version") as case:
        lines = case.run("--version").out.splitlines()
        case.check(re.fullmatch(r"heddle \d+\.\d+\.\d+ \(.+\), .+, .+",
                                lines[0]), lines[0])
        case.check(re.fullmatch(r"[+-]hwloc [+-]perf [+-]cycles", lines[1]),
                   lines[1])


one_table()
shells_read_them()
bash_completes()
version()
heddle.finish()
