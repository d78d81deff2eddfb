# SPDX-License-Identifier: MIT
"""What a run has cost: its time, and what the kernel counted."""
import resource

try:
    from time import perf_counter_ns as clock_ns  # since 3.7
except ImportError:
    try:
        from time import perf_counter as _seconds  # since 3.3
    except ImportError:
        from time import time as _seconds  # Python 2 knows only the wall clock

    def clock_ns():
        return int(_seconds() * 1e9)


def usage():
    """Of this process and of all children it has waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF,
                                                resource.RUSAGE_CHILDREN)]
    return {
        "user_ns": int(sum(one.ru_utime for one in both) * 1e9),
        "system_ns": int(sum(one.ru_stime for one in both) * 1e9),
        "voluntary_switches": sum(one.ru_nvcsw for one in both),
        "involuntary_switches": sum(one.ru_nivcsw for one in both),
        "minor_faults": sum(one.ru_minflt for one in both),
        "major_faults": sum(one.ru_majflt for one in both),
    }


def peak_rss_bytes():
    """Not ru_maxrss of this process: that survives exec, and would be that of
    whoever started it."""
    kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                kib = max(kib, int(line.split()[1]))
    return kib * 1024


def quantile(ascending, share):
    """Between neighbours in proportion, as harness/stats/stats.c does it."""
    position = (len(ascending) - 1) * share
    below = int(position)
    above = min(below + 1, len(ascending) - 1)
    return (ascending[below] +
            (position - below) * (ascending[above] - ascending[below]))
