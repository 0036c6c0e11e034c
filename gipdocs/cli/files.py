"""What commands read and write: files, standard input and output, and messages on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gipdocs.cli.calling import WrongCall
from gipdocs.documents.document import Finding
from gipdocs.errors import Fault, InvalidInput, mention_limit, reason
from gipdocs.filekinds import recognise
from gipdocs.findings import GRADES
from gipdocs.published.blocks import LARGEST_FILE
from gipdocs.strictjson import NotJson, read_json

OK, REFUSED, USAGE, ENVIRONMENT = 0, 1, 2, 3
"""The exit statuses."""


def say(message: str, status: int = OK) -> int:
    """Write a message to standard error and return the exit status."""
    sys.stderr.write(message + "\n")
    return status


def show(data: Any) -> int:
    """Write a text, or other data as JSON, to standard output; the exit status is 0."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, indent=2)
    with _writing_out():
        sys.stdout.write(text + "\n")
    return OK


@contextmanager
def _writing_out() -> Iterator[None]:
    """WrongCall if standard output can't take what is written to it; whoever no longer reads it is the caller's affair."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would fail again at the end
        raise WrongCall(f"写不了标准输出：{reason(error)}。") from None


@contextmanager
def refusal_shown(*, as_json: bool) -> Iterator[None]:
    """If JSON is wanted, a refusal of the input is written to standard output too, as the API would answer it."""
    try:
        yield
    except InvalidInput as error:
        if as_json:
            show(error.as_json())
        raise


def status_of(findings: tuple[Finding, ...] | list[Finding]) -> int:
    """The exit status of a check: 1 if any finding is an error."""
    return REFUSED if any(finding.severity == "error" for finding in findings) else OK


def untold(count: int) -> list[str]:
    """The line with the number of faults, if not all of them are listed; otherwise none."""
    return [f"共有{count}处需要改正{mention_limit(count)}。"] if mention_limit(count) else []


def fault_line(fault: Fault) -> str:
    """A fault in one line; a fault of the whole input has no place."""
    return f"{fault.pointer}：{fault.detail}" if fault.pointer else fault.detail


def finding_line(finding: Finding) -> str:
    """A finding in one line: severity, code, place, message and basis, and the clerk's reason for overriding it."""
    place = f"（{finding.pointer}）" if finding.pointer else ""
    basis = f"依据：{finding.basis}。" if finding.basis else ""
    reason = f"已说明理由：{finding.override_reason}" if finding.override_reason else ""
    return f"[{GRADES[finding.severity].name}] {finding.code}{place}：{finding.message}{basis}{reason}"


def read_bytes(name: str) -> bytes:
    """The content of a file; if it is too large, only so much that the caller can see that."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with open(name, "rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise WrongCall(f"读不出{name}：{reason(error)}。") from None


def read_data(name: str, data: bytes | None = None) -> Any:
    """The JSON in a file, whose bytes may have been read already; WrongCall says what the file is if not JSON."""
    data = read_bytes(name) if data is None else data
    file = "标准输入" if name == "-" else name
    if len(data) > LARGEST_FILE:
        raise WrongCall(f"{file}超过{LARGEST_FILE >> 20}MB，不像是填写内容，请核对文件。")
    if kind := recognise(data):
        raise WrongCall(
            f"{file}是{kind.name}，不是填写内容：应为UTF-8编码的JSON文件，或者表格文件（.xlsx、.csv、.toml）。"
        )
    try:
        return read_json(data)
    except NotJson as error:
        raise WrongCall(f"{file}不是可以读取的JSON：{error}，请核对。") from None


def refuse_to_overwrite(output: str, *, force: bool) -> None:
    """Raise WrongCall if the file already exists, unless it may be overwritten."""
    try:
        there = output != "-" and Path(output).exists()
    except OSError as error:
        raise WrongCall(f"写不了{output}：{reason(error)}。") from None
    if there and not force:
        raise WrongCall(f"{output}已经存在，要覆盖请加--force。")


def deliver(output: str, content: bytes) -> int:
    """Write a document to a file or to standard output; the exit status is 0."""
    if output == "-":
        with _writing_out():
            sys.stdout.buffer.write(content)
    else:
        _write(Path(output), content)
    return OK


def write_new(path: Path, content: bytes) -> None:
    """Write a file, creating its folder if necessary; WrongCall if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongCall(f"写不了{path}：{reason(error)}。") from None
    _write(path, content)


def _write(path: Path, content: bytes) -> None:
    """Write the whole file or nothing."""
    path = path.resolve()
    if not path.parent.is_dir():
        raise WrongCall(f"写不了{path}：没有{path.parent}这个目录，请先建立。")
    part = path.with_name(f".{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a pipe or a device is not replaced by a file
            return
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise WrongCall(f"写不了{path}：{reason(error)}。") from None
