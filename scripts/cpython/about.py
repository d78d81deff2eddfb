# SPDX-License-Identifier: MIT
"""Which Python runs this: one line of JSON for `heddle`, which asks every
python that it finds. For all versions from 2.6 on."""
import json
import os
import sys


def about():
    return {
        # Python 2 does not say; another than CPython has its own version.
        "cpython": (sys.implementation.name == "cpython"
                    if hasattr(sys, "implementation")
                    else not hasattr(sys, "pypy_version_info")),
        "major": sys.version_info[0],
        "minor": sys.version_info[1],
        "version": sys.version.split()[0],
        # A wrapper script (pyenv's) starts another file than the one we named.
        "path": os.path.realpath(sys.executable),
        # The ABI of a build that can do without its lock has a "t".
        "free_threaded": "t" in getattr(sys, "abiflags", ""),
    }


if __name__ == "__main__":
    print(json.dumps(about()))
