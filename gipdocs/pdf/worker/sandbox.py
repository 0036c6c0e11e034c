"""Deprives this process, and LibreOffice after it, of everything that a conversion does not need."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

LIBC = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION = 0x20080522

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18

SYSTEM_PATHS = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/papersize",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    "/sys/devices/system/cpu",
)
"""Read-only: programs, libraries, fonts and their settings."""

TMP = Path("/tmp")

HIDDEN = ("/run", "/var/tmp", "/dev/shm")
"""Hidden behind empty folders: sockets and temporary files of others."""


def mount_namespace() -> str:
    """The mount namespace of this process."""
    return os.readlink("/proc/self/ns/mnt")


FIRST_NAMESPACE = mount_namespace()
"""The namespace in which this process started; nothing may be mounted there, since others use it."""

FILE_BYTES = 256 * 1024 * 1024
OPEN_FILES = 512


class Impossible(Exception):
    """The system does not offer this layer; the worker runs without it and reports that."""


@dataclass(frozen=True)
class Allowance:
    """What a worker may use: its own folder, files to read, programs to run, memory."""

    folder: Path
    readable: Sequence[Path]
    runnable: Sequence[Path]
    memory_bytes: int

    def needs(self, place: str) -> bool:
        """Whether the worker reads or runs something below `place`, which therefore cannot be covered."""
        needed = [path.resolve() for path in (*self.readable, *self.runnable)]
        return any(path.is_relative_to(place) for path in needed)

    def home(self) -> Path:
        """The worker's own folder as seen from inside: /tmp once it is mounted there."""
        return self.folder if self.folder.exists() else TMP


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process if its parent ends, however it ends."""
    _check(LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def enter(allowance: Allowance) -> dict[str, bool]:
    """Activate every layer that the system offers; tells which are active."""
    layers: dict[str, Callable[[Allowance], None]] = {
        "limits": limit,
        "network_namespace": leave_network,
        "private_mounts": hide_folders,
        "no_privileges": drop_privileges,
        "landlock": restrict_files,
        "seccomp": restrict_calls,
    }
    return {name: apply(layer, allowance) for name, layer in layers.items()}


def apply(layer: Callable[[Allowance], None], allowance: Allowance) -> bool:
    try:
        layer(allowance)
    except (Impossible, OSError):
        return False
    return True


def limit(allowance: Allowance) -> None:
    """Limit memory, file sizes and open files; forbid core files, which would contain documents."""
    for what, most in (
        (resource.RLIMIT_AS, allowance.memory_bytes),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def leave_network(allowance: Allowance) -> None:
    """Move to an empty network namespace, and to private mount and IPC namespaces with it."""
    user, group = os.getuid(), os.getgid()
    own = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC
    if LIBC.unshare(CLONE_NEWUSER | own) < 0:
        _check(LIBC.unshare(own))  # root needs no user namespace (some systems forbid them)
        return
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def hide_folders(allowance: Allowance) -> None:
    """Mount the worker's own folder at /tmp, and empty folders over other shared places."""
    if mount_namespace() == FIRST_NAMESPACE:
        raise Impossible("the mounts are shared with the whole machine, which would lose what is covered")
    if any(allowance.needs(place) for place in (str(TMP), *HIDDEN)):
        raise Impossible("a needed folder lies in a place that would be covered")
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount(str(allowance.folder), str(TMP), None, MS_BIND)
    for place in HIDDEN:
        if Path(place).is_dir() and not Path(place).is_symlink():
            _mount("none", place, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=0700")


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _check(LIBC.mount(*encoded, ctypes.c_ulong(flags), None if data is None else data.encode()))


def drop_privileges(allowance: Allowance) -> None:
    """Drop all capabilities; no program started from here can gain any."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    _check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    for capability in range(last + 1):
        LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if os.geteuid() == 0 and LIBC.prctl(PR_CAPBSET_READ, 0, 0, 0, 0) == 1:
        raise Impossible("root keeps its capabilities")
    _check(LIBC.capset(struct.pack("Ii", CAPABILITY_VERSION, 0), struct.pack("6I", *[0] * 6)))


# Landlock: access to files, ports and processes.

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_FILE, MAKE_SOCKET = 1, 2, 4, 8, 1 << 5, 1 << 9
FILES_OF_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
FILES_NEWEST = (1 << 16) - 1
ON_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15
BIND_AND_CONNECT, ABSTRACT_SOCKETS_AND_SIGNALS = 3, 3


def restrict_files(allowance: Allowance) -> None:
    """Landlock: read LibreOffice's files, write in the worker's own folder, nothing else."""
    abi = LIBC.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    if abi < 1:
        raise Impossible("the kernel has no Landlock")
    handled = FILES_OF_ABI.get(abi, FILES_NEWEST)
    attributes = struct.pack("QQQ", handled, BIND_AND_CONNECT, ABSTRACT_SOCKETS_AND_SIGNALS)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _check(LIBC.syscall(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0))
    try:
        for paths, access in _rules(allowance, handled):
            for path in paths:
                _allow(ruleset, path, access)
        _check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _check(LIBC.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _rules(allowance: Allowance, handled: int) -> Iterable[tuple[Iterable[Path], int]]:
    yield map(Path, SYSTEM_PATHS), READ_FILE | READ_DIR
    yield allowance.readable, READ_FILE | READ_DIR
    yield allowance.runnable, READ_FILE | READ_DIR | EXECUTE
    yield [allowance.home()], handled & ~EXECUTE
    yield [TMP], MAKE_SOCKET | REMOVE_FILE
    yield [Path("/dev/null")], READ_FILE | WRITE_FILE
    yield [Path("/dev/urandom"), Path("/dev/random")], READ_FILE


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # absent or covered, so there is nothing to allow
    try:
        if not os.path.isdir(path):
            access &= ON_A_FILE
        rule = struct.pack("=Qi", access, opened)
        _check(LIBC.syscall(LANDLOCK_ADD_RULE, ruleset, 1, rule, 0))
    finally:
        os.close(opened)


# seccomp: local sockets only, and no system call that could break out of a sandbox.


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A processor's number for the kernel's audit, and the numbers of its system calls."""

    audit: int
    socket: int
    forbidden: Mapping[str, int]


ARCHITECTURES = {
    "x86_64": Architecture(
        audit=0xC000003E,
        socket=41,
        forbidden={
            "ptrace": 101,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "mount": 165,
            "umount2": 166,
            "pivot_root": 155,
            "chroot": 161,
            "setns": 308,
            "kexec_load": 246,
            "kexec_file_load": 320,
            "init_module": 175,
            "finit_module": 313,
            "add_key": 248,
            "request_key": 249,
            "keyctl": 250,
            "bpf": 321,
            "userfaultfd": 323,
            "perf_event_open": 298,
            "io_uring_setup": 425,
            "open_by_handle_at": 304,
            "unshare": 272,
        },
    ),
    "aarch64": Architecture(
        audit=0xC00000B7,
        socket=198,
        forbidden={
            "ptrace": 117,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "mount": 40,
            "umount2": 39,
            "pivot_root": 41,
            "chroot": 51,
            "setns": 268,
            "kexec_load": 104,
            "kexec_file_load": 294,
            "init_module": 105,
            "finit_module": 273,
            "add_key": 217,
            "request_key": 218,
            "keyctl": 219,
            "bpf": 280,
            "userfaultfd": 282,
            "perf_event_open": 241,
            "io_uring_setup": 425,
            "open_by_handle_at": 265,
            "unshare": 97,
        },
    ),
}
"""By the names that `uname -m` gives the processors."""

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, EAFNOSUPPORT, AF_UNIX = 1, 97, 1
X32 = 0x40000000
SYSTEM_CALL, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16


class Instruction(NamedTuple):
    """A BPF instruction: how many instructions to skip if its comparison with `value` is true, and if it is not."""

    code: int
    if_true: int
    if_false: int
    value: int


def restrict_calls(allowance: Allowance) -> None:
    """seccomp: allow local sockets only, and forbid system calls that a converter never makes."""
    if platform.machine() not in ARCHITECTURES:
        raise Impossible("no system call table for this processor")
    instructions = _filter(ARCHITECTURES[platform.machine()])
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in instructions))
    program = struct.pack("HP", len(instructions), ctypes.addressof(code))
    _check(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0))


def _filter(architecture: Architecture) -> list[Instruction]:
    """A classic BPF program that inspects architecture, system call and first argument."""
    return [
        _load(ARCHITECTURE),
        Instruction(EQUAL, 1, 0, architecture.audit),
        _return(KILL),
        _load(SYSTEM_CALL),
        Instruction(AT_LEAST, 0, 1, X32),
        _return(REFUSE | EPERM),
        Instruction(EQUAL, 0, 4, architecture.socket),
        _load(FIRST_ARGUMENT),
        Instruction(EQUAL, 1, 0, AF_UNIX),
        _return(REFUSE | EAFNOSUPPORT),
        _return(ALLOW),
        *(
            instruction
            for number in architecture.forbidden.values()
            for instruction in (Instruction(EQUAL, 0, 1, number), _return(REFUSE | EPERM))
        ),
        _return(ALLOW),
    ]


def _load(offset: int) -> Instruction:
    return Instruction(LOAD, 0, 0, offset)


def _return(verdict: int) -> Instruction:
    return Instruction(RETURN, 0, 0, verdict)


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
