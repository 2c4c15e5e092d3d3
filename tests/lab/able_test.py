#!/usr/bin/env python3
"""Whether able.py sees what a container takes away: able_test.py. The kernel is told to refuse one system call (seccomp), as a
container does, and able.py must name it; nothing else is refused."""

import ctypes
import errno
import os
import pathlib
import struct
import subprocess
import sys

ABLE = pathlib.Path(__file__).with_name("able.py")
NUMBERS = {"ptrace": 101, "mount": 165}  # of x86-64
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2


def refuse(number):
    """From here on the process, and all of its children, get EPERM for this system call."""
    load, jump_equal, back = 0x20, 0x15, 0x06
    program = b"".join(struct.pack("HBBI", *line) for line in (
        (load, 0, 0, 0), (jump_equal, 0, 1, number), (back, 0, 0, 0x00050000 | errno.EPERM), (back, 0, 0, 0x7FFF0000)))
    text = ctypes.create_string_buffer(program)
    head = struct.pack("HxxxxxxP", 4, ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, FILTER, head, 0, 0):
        raise OSError(ctypes.get_errno(), "no filter for system calls")


def told(without):
    done = subprocess.run([sys.executable, "-B", str(ABLE)], capture_output=True, text=True, check=False,
                          preexec_fn=(lambda: refuse(NUMBERS[without])) if without else None)
    return done.returncode, done.stdout.splitlines()


def main():
    if os.uname().machine != "x86_64":
        print("skipped-because: User Mode Linux is of x86-64")
        sys.exit(77)
    _, usual = told(None)
    problems = []
    for call, words in (("ptrace", "ptrace is not allowed"), ("mount", "may not mount" if os.geteuid() == 0 else "root")):
        status, reasons = told(call)
        if any(words in reason for reason in usual):
            continue  # as it is here anyway
        if status != 1 or not any(words in reason for reason in reasons):
            problems.append(f"without {call}: status {status}, {reasons}")
        if [reason for reason in reasons if words not in reason] != usual:
            problems.append(f"without {call} more is missed than that: {reasons}; else {usual}")
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
