#!/usr/bin/env python3
"""Whether this machine can run the lab: able.py. Prints what keeps it from that, a line each; status 1 where there is something.

Each thing is tried, not looked up: a container says little of what it forbids. The kernel of the lab is a program that traces
others (ptrace), and its memory is a file that is executed; packages and image are made as root, in folders with mounts.
"""

import ctypes
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile

PTRACE_TRACEME, PTRACE_KILL, PTRACE_SYSEMU = 0, 8, 31
PROT_READ, PROT_EXEC, MAP_SHARED = 1, 4, 1


def ptrace():
    """Traces a child as the kernel does: stopped at each system call, which is not executed."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    child = os.fork()
    if child == 0:
        if libc.ptrace(PTRACE_TRACEME, 0, None, None) != 0:
            os._exit(ctypes.get_errno())
        os.kill(os.getpid(), signal.SIGSTOP)
        os.getppid()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        return f"ptrace is not allowed: {os.strerror(os.WEXITSTATUS(status))}"
    refused = None
    if libc.ptrace(PTRACE_SYSEMU, child, None, None) != 0:
        refused = f"ptrace cannot emulate system calls: {os.strerror(ctypes.get_errno())}"
    else:
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            refused = "ptrace does not stop at system calls"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return refused


def memory(megabytes=600):
    """The file that is the machine's memory: there must be room for it, and it must be executable."""
    folder = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else tempfile.gettempdir()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    with tempfile.TemporaryFile(dir=folder) as file:
        file.truncate(4096)
        if libc.mmap(None, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, file.fileno(), 0) == ctypes.c_void_p(-1).value:
            return f"{folder} is mounted without the right to execute: {os.strerror(ctypes.get_errno())}"
    free = shutil.disk_usage(folder).free // 2**20
    return None if free >= megabytes else f"{folder} has {free} MB left, a machine's memory takes {megabytes}"


def root():
    """What mmdebstrap and the package's build do: a mount, a chroot, a device file."""
    if os.geteuid() != 0 and not shutil.which("sudo"):
        return "neither root nor sudo: packages and image cannot be made"
    with tempfile.TemporaryDirectory() as folder:
        script = f"mount -t tmpfs tmpfs {folder} && mknod {folder}/null c 1 3 && mkdir {folder}/proc && " \
                 f"mount -t proc proc {folder}/proc && mount --rbind / {folder}/proc && chroot {folder}/proc true"
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
        done = subprocess.run(command if os.geteuid() == 0 else ["sudo", "-n", *command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, env=os.environ | {"LC_ALL": "C"})
    return None if done.returncode == 0 else f"root may not mount here: {done.stdout.strip()[-200:]}"


def debian():
    if platform.machine() != "x86_64":
        return f"User Mode Linux is of x86-64, this machine is {platform.machine()}"
    if platform.freedesktop_os_release().get("VERSION_CODENAME") != "bookworm":
        return "its kernel is made of linux-source-6.1, which is Debian 12's"
    return None if shutil.which("dpkg-query") and shutil.which("apt-get") else "not a Debian system"


def main():
    reasons = [reason for reason in (check() for check in (debian, ptrace, memory, root)) if reason]
    print("\n".join(reasons), end="\n" if reasons else "")
    sys.exit(1 if reasons else 0)


if __name__ == "__main__":
    main()
