# SPDX-License-Identifier: MIT
"""The lessons say what is there: they quote whole functions of the compiled
code, their commands work, what they link to and show exists. Called as
`python3 test_lessons.py PATH_OF_HEDDLE [--sanitized]`, or with --update alone:
that writes the functions into the lessons anew, and the rest of the lock into
the exercise.
"""
import glob
import os
import re
import shlex
import shutil
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
LESSONS = sorted(glob.glob(os.path.join(ROOT, "docs", "lessons", "*.md")))
LOCK = "core/gil.c"
EXERCISE = "docs/lessons/exercises/gil-forced-switching/gil.c"
QUOTE = re.compile(r"^```c (\S+):(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
# The same commands, but over sooner.
SHORTER = (("countdown.steps=", "1000000"), ("convoy.duration_ms=", "60"))


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def function(path, name):
    """The whole function, as it stands in the file; None: it does not."""
    found = re.search(rf"^(?:[a-z_][\w* ]*[ *])?{name}\([^;{{]*\)\n{{\n.*?^}}\n",
                      read(path), re.MULTILINE | re.DOTALL)
    return found and found.group(0)


def gap(path):
    """await_switch with the comment above it."""
    text, whole = read(path), function(path, "await_switch")
    return text[text.rindex("\n/*", 0, text.index(whole)) + 1:
                text.index(whole) + len(whole)]


def exercise():
    """The student's lock: ours, but for its first comment and the gap."""
    given, ours = read(EXERCISE), read(LOCK)
    return (given[:given.index("#include")] +
            ours[ours.index("#include"):].replace(gap(LOCK), gap(EXERCISE)))


def write(path, text):
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
        file.write(text)


def update():
    for lesson in LESSONS:
        write(lesson, QUOTE.sub(lambda m: f"```c {m[1]}:{m[2]}\n"
                                f"{function(m[1], m[2])}```", read(lesson)))
    write(EXERCISE, exercise())


def check_quotes(case, text):
    quotes = QUOTE.findall(text)
    case.check(len(quotes) >= 2, "it quotes nothing")
    for path, name, quoted in quotes:
        case.check(quoted == function(path, name),
                   f"{path}:{name} reads otherwise; mend it with "
                   "`python3 tests/test_lessons.py --update`")


def check_links(case, lesson, text):
    for target in LINK.findall(text):
        if re.match(r"\w+:", target):
            continue
        path = os.path.join(os.path.dirname(lesson), target)
        case.check(os.path.exists(path), f"no such file: {target}")


def shorter(words):
    """With small sizes, also where the lesson leaves them to the default."""
    words = [next((begin + value for begin, value in SHORTER
                   if word.startswith(begin)), word) for word in words]
    if "convoy" in words and not any("duration_ms" in w for w in words):
        words += ["--set", "convoy.duration_ms=60"]
    return words


def without_terminal(case, words):
    """Is it well in the project's folder?"""
    if words[0] == "make":
        case.check(re.search(rf"^{words[1]}:", read("Makefile"), re.MULTILINE),
                   f"make has no {words[1]}")
        return
    if words[0].endswith(".py"):
        words = ["python3", "-B", os.path.join(ROOT, words[0]), *words[1:]]
        done = heddle.subprocess.run(words, cwd=case.work, check=False,
                                     capture_output=True, text=True)
        case.check(done.returncode == 0, done)
        return
    if not case.check(words[0] == "build/heddle", f"what is {words}?"):
        return
    if words[1] in ("run", "bench"):
        words.append("--dry-run")
    if "--timeline" in words and shutil.which("gnuplot") is None:
        return
    outcome = case.run(*shorter(words[1:]))
    case.check(outcome.status == 0, f"{words}: {outcome}")


def check_commands(case, text):
    lines = [line for block in SHELL.findall(text)
             for line in block.replace("\\\n", " ").splitlines()]
    case.check(lines, "no commands")
    os.makedirs(os.path.join(case.work, "plots"), exist_ok=True)
    for line in lines:
        if case.check(line.startswith("$ "), f"no command: {line}"):
            without_terminal(case, shlex.split(line[2:]))


def check_exercise():
    with Case("the lock of the exercise") as case:
        case.check(read(EXERCISE) == exercise(),
                   f"{LOCK} is otherwise; mend {EXERCISE} with "
                   "`python3 tests/test_lessons.py --update`")


if sys.argv[1:] == ["--update"]:
    update()
    sys.exit(0)
sys.path.insert(0, os.path.join(ROOT, "tests", "trouble"))
import heddle
from heddle import Case

if not LESSONS:
    sys.exit("no lessons")
for page in LESSONS:
    with Case(os.path.basename(page)) as lesson_case:
        content = read(page)
        check_quotes(lesson_case, content)
        check_links(lesson_case, page, content)
        check_commands(lesson_case, content)
check_exercise()
heddle.finish()
