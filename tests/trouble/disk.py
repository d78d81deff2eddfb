# SPDX-License-Identifier: MIT
"""The disk is full: under the files of a workload, and under the session's own.
A file system of a mebibyte in memory is full soon; without the right to mount
one, the largest size a file may have stands in for it."""
import os
import resource
import subprocess

import heddle
from heddle import Case

MEBIBYTE = 1 << 20
NTASKS = 4


class Disk:
    """A small file system below the folder of a case."""

    def __init__(self, case):
        self.path = os.path.join(case.folder, "disk")

    def __enter__(self):
        os.mkdir(self.path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEBIBYTE}",
                        "heddle-test", self.path], check=True,
                       stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, kind, error, trace):
        subprocess.run(["umount", "-l", self.path], check=True)

    def fill(self):
        """Leaves room for names, and for nothing else."""
        with open(os.path.join(self.path, "ballast"), "wb", 0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass


def may_mount():
    with Case("mounting") as case:
        try:
            with Disk(case):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def once(case, model, *settings, **how):
    arguments = [word for setting in settings for word in ("--set", setting)]
    return case.run("once", "--json", "--model", model, "--workload", "files",
                    "--tasks", NTASKS, *arguments, "--expect", "0x1", **how)


def workload_on_full_disk(model):
    """A single file is larger than the disk, so that it is full for a model
    that handles one file at a time as well."""
    with Case(f"{model}, files on a full disk") as case, Disk(case) as disk:
        outcome = once(case, model, f"files.folder={disk.path}",
                       f"files.file_bytes={4 * MEBIBYTE}")
        case.check_failed(outcome, r"\bENOSPC\b", r"task \d+")
        case.check(not os.listdir(disk.path),
                   f"files are left: {os.listdir(disk.path)}")


def workload_beyond_file_size(model):
    """setrlimit(2): a file that grows too large also costs a SIGXFSZ."""
    with Case(f"{model}, files of at most 64 KiB") as case:
        outcome = once(case, model, f"files.file_bytes={MEBIBYTE}",
                       limits=[(resource.RLIMIT_FSIZE, 65536)])
        case.check_failed(outcome, r"\bEFBIG\b", r"task \d+")


def missing_folder(model):
    with Case(f"{model}, files in no folder") as case:
        outcome = once(case, model, "files.folder=/nowhere/at/all")
        case.check_failed(outcome, r"\bENOENT\b", "/nowhere/at/all")


def session(case, out):
    return case.run("run", "--model", "sequential", "--workload", "empty",
                    "--tasks", NTASKS, "--blocks", 2, "--no-charts",
                    "--out", out)


def session_on_full_disk():
    with Case("a session on a full disk") as case, Disk(case) as disk:
        disk.fill()
        outcome = session(case, os.path.join(disk.path, "session"))
        check_one_complaint(case, outcome, 4, "No space left on device")


def session_without_folder():
    with Case("a session below a file") as case:
        path = os.path.join(case.work, "file")
        with open(path, "wb"):
            pass
        outcome = session(case, os.path.join(path, "session"))
        check_one_complaint(case, outcome, 2, "Not a directory")


def check_one_complaint(case, outcome, status, reason):
    """Progress goes to standard error, too; complaints have a name before."""
    complaints = [line for line in outcome.err.splitlines()
                  if line.startswith("heddle: ")]
    case.check(outcome.status == status, f"exit is not {status}: {outcome}")
    case.check(len(complaints) == 1 and reason in complaints[0],
               f"not one line with {reason!r}: {outcome.err!r}")
    case.check(outcome.out == "", f"it shows results: {outcome.out!r}")


if may_mount():
    for name in heddle.models():
        workload_on_full_disk(name)
    session_on_full_disk()
else:
    heddle.skip("full disks", "mounting a small one is not allowed here")
for name in heddle.models():
    workload_beyond_file_size(name)
    missing_folder(name)
session_without_folder()
heddle.finish()
