# SPDX-License-Identifier: MIT
"""Forbids this process a system call, by seccomp(2): what a container does."""
import ctypes
import errno
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 38, 22
SECCOMP_MODE_FILTER = 2
RET_ALLOW, RET_ERRNO = 0x7fff0000, 0x00050000
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
IO_URING_SETUP = 425    # the same on every architecture


def forbid(number, error):
    """From here on the call fails with this error, in all that is started."""
    program = b"".join(struct.pack("HBBI", *instruction) for instruction in (
        (LOAD_NUMBER, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, number),
        (RETURN, 0, 0, RET_ERRNO | getattr(errno, error)),
        (RETURN, 0, 0, RET_ALLOW)))
    code = ctypes.create_string_buffer(program)
    told = struct.pack("HP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or \
            libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, told) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
