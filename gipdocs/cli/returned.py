"""Many reports checked at once: gathered from files and folders, told in one table, returned with a letter to each body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gipdocs.cli.calling import Opened, WrongCall
from gipdocs.cli.deliveries import gather, read_due_list
from gipdocs.cli.files import OK, REFUSED, finding_line, refuse_to_overwrite, say, show, write_new
from gipdocs.errors import InvalidInput, Refused
from gipdocs.writing import document_number_faults

if TYPE_CHECKING:  # takes long to load, and help needs none of it
    from gipdocs.documents.build import Built
    from gipdocs.documents.registry import Entry
    from gipdocs.reports.collecting.assessment import ReportStanding
    from gipdocs.reports.collecting.overview import ReportsOverview
    from gipdocs.service import Service

UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What no name of a file may contain."""
LONGEST_NAME = 36
"""So many characters of a body's and of a report's name fit together into the 255 bytes of a file's name."""
NUMBER = re.compile(r"(\d+)(?=号$)")
TABLES = (".xlsx", ".json")


@dataclass(frozen=True, kw_only=True)
class ManyReports:
    """What a call asks for: the files and those of the year before, the list of bodies, the table and the letters."""

    files: tuple[str, ...]
    previous: str | None = None
    due: str | None = None
    year: int | None = None
    output: str | None = None
    letters: str | None = None
    format: str = "docx"
    return_by: date | None = None
    number: str | None = None
    as_json: bool = False
    force: bool = False

    @property
    def many(self) -> bool:
        """Whether one table for all is asked for, and not the findings on a single report."""
        holds_several = (
            name.lower().endswith(".zip") or Path(name).is_dir() for name in (*self.files, self.previous or "-")
        )
        return len(self.files) > 1 or any(holds_several) or any((self.due, self.output, self.letters, self.year))


def check_many(opened: Opened, asked: ManyReports) -> int:
    """Check many reports; 1 if a report is missing, can't be read or has to be corrected. Nothing is written half."""
    _refuse(asked)
    service = opened.load_service("report-return" if asked.letters else "")
    overview = _overview(service, asked, opened.today)
    letters = _letters(service, overview, asked, opened.today) if asked.letters else {}
    table = _table(service, overview, asked, opened.today) if asked.output else b""
    for path in letters:
        refuse_to_overwrite(str(path), force=asked.force)
    for path, content in letters.items():
        write_new(path, content)
    if asked.output:
        write_new(Path(asked.output), table)
    show(overview.as_json() if asked.as_json else overview.explain())
    return REFUSED if overview.sends_back else OK


def _refuse(asked: ManyReports) -> None:
    """WrongCall for what can be seen before a file is read."""
    if "-" in asked.files:
        raise WrongCall("几份报告一起核对时，不能读标准输入，请写明文件或者目录。")
    if asked.output:
        if not asked.output.lower().endswith(TABLES):
            raise WrongCall(f"核对表写到{asked.output}：文件名请以.xlsx或者.json结尾。")
        refuse_to_overwrite(asked.output, force=asked.force)
    if asked.letters and asked.return_by is None:
        raise WrongCall("写函要有报送的最后日期，请用--return-by写明，例如--return-by 2026-01-23。")
    if asked.number is not None:
        told = [detail for _, detail in document_number_faults(asked.number)]
        if told or not NUMBER.search(asked.number):
            raise WrongCall(f"--number：{''.join(told) or '应以“号”结尾。'}写第一件的文号，其余的依次编号。")


def _overview(service: Service, asked: ManyReports, today: date | None) -> ReportsOverview:
    from gipdocs.reports.collecting.assessment import add_previous, assess
    from gipdocs.reports.collecting.overview import ReportsOverview
    from gipdocs.reports.collecting.submissions import collect

    due = read_due_list(asked.due) if asked.due else service.profile.reports.bodies
    apart = (asked.output, asked.due, asked.letters)
    expected = service.office(today).today.year - 1
    collection = collect(gather(asked.files, apart=apart), year=asked.year, due=due, expected=expected)
    if asked.previous:
        collection = add_previous(collection, gather([asked.previous], apart=apart))
    return ReportsOverview(
        collection=collection, standings=assess(collection, law=service.law, local=service.profile.reports)
    )


def _table(service: Service, overview: ReportsOverview, asked: ManyReports, today: date | None) -> bytes:
    assert asked.output is not None
    if asked.output.lower().endswith(".json"):
        return json.dumps(overview.as_json(), ensure_ascii=False, indent=2).encode()
    return overview.xlsx(author=service.profile.name, created=service.office(today).today)


def _letters(
    service: Service, overview: ReportsOverview, asked: ManyReports, today: date | None
) -> Mapping[Path, bytes]:
    """The letters by their files; a body that is not known by name gets none, and that is told."""
    from gipdocs.reports.collecting.returning import LETTER, letter_answers

    assert asked.letters is not None and asked.return_by is not None
    year, dated = overview.collection.year, service.office(today).today
    entry, made, remarks = service.check_document(LETTER), dict[Path, bytes](), dict[str, list[str]]()
    for one in overview.standings:
        if one.instead:
            continue
        more = {"date": dated, **_numbered(asked.number, len(made))}
        answers = letter_answers(one, year=year, return_by=asked.return_by, **more)
        if answers["findings"] and one.body:
            path = _free(Path(asked.letters), one, asked.format, made)
            built = _build(service, entry, answers, asked, today)
            made[path] = built.content
            for finding in built.findings:
                if finding.severity == "warning":
                    remarks.setdefault(finding_line(finding), []).append(one.body)
        elif answers["findings"]:
            say(f"{one.file}：看不出是哪个单位的报告，没有写函。请用gipdocs build {LETTER}另写。")
    for line, bodies in remarks.items():
        say(f"给{'、'.join(bodies)}的函：{line}")
    return made


def _build(service: Service, entry: Entry, answers: Mapping[str, Any], asked: ManyReports, today: date | None) -> Built:
    """One letter, a draft as long as it has no number; WrongCall says to which body it could not be written, and why."""
    body = answers["body"]
    try:
        return service.build(entry, answers, asked.format, today=today, draft=asked.number is None)
    except InvalidInput as error:
        raise WrongCall(f"给{body}的函没有写成：{error}") from error
    except Refused as error:
        told = "".join(one.message for one in error.findings if one.severity == "error")
        raise WrongCall(f"给{body}的函没有写成：{told}") from error


def _numbered(first: str | None, before: int) -> dict[str, str]:
    """The number of a letter that comes after so many others."""
    return {"number": NUMBER.sub(lambda digits: str(int(digits[1]) + before), first)} if first else {}


def _free(folder: Path, one: ReportStanding, format: str, taken: Mapping[Path, Any]) -> Path:
    """The file of a letter: named after its body, and after the report too if the body sent several."""
    name = _fit(one.body)
    path = folder / f"{name}.{format}"
    if path in taken:
        path = folder / f"{name}（{_fit(Path(one.file).stem)}）.{format}"
    count = 1
    while path in taken:
        count += 1
        path = folder / f"{name}（{count}）.{format}"
    return path


def _fit(name: str) -> str:
    return UNFIT.sub("_", name)[:LONGEST_NAME]
