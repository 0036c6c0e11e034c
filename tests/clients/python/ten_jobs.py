"""Ten jobs with a client that openapi-python-client has generated; prints in JSON what came of them."""

from __future__ import annotations

import base64
import json
import sys
from datetime import date

from gipdocs_client import Client
from gipdocs_client.api.documents import check_document, get_schema, list_documents, make_docx, make_pdf
from gipdocs_client.api.law import check_report, reckon_deadline, reckon_fee
from gipdocs_client.api.replies import build_reply_granted, sample_reply_granted
from gipdocs_client.models.answers import Answers
from gipdocs_client.models.build_reply_granted_format import BuildReplyGrantedFormat
from gipdocs_client.models.built import Built
from gipdocs_client.models.check_result import CheckResult
from gipdocs_client.models.deadline import Deadline
from gipdocs_client.models.deadline_body_answer import DeadlineBodyAnswer
from gipdocs_client.models.document_list import DocumentList
from gipdocs_client.models.fee import Fee
from gipdocs_client.models.fee_body import FeeBody
from gipdocs_client.models.fee_body_method import FeeBodyMethod
from gipdocs_client.models.judgement import Judgement
from gipdocs_client.models.questions import Questions
from gipdocs_client.models.reply_granted import ReplyGranted
from gipdocs_client.models.report_record import ReportRecord
from gipdocs_client.types import File

LETTER = "reply-granted"


def do_jobs(client: Client) -> dict[str, object]:
    """What came of each job."""
    listed = list_documents.sync(client=client)
    schema = get_schema.sync(LETTER, client=client)
    letter = sample_reply_granted.sync(client=client)
    assert isinstance(listed, DocumentList) and isinstance(schema, Questions) and isinstance(letter, ReplyGranted)
    answers = Answers.from_dict(letter.to_dict())
    checked = check_document.sync(LETTER, client=client, body=answers)
    docx = make_docx.sync(LETTER, client=client, body=answers)
    pdf = make_pdf.sync(LETTER, client=client, body=answers)
    assert isinstance(checked, CheckResult) and isinstance(docx, File) and isinstance(pdf, File)
    letter.date = date(2026, 3, 21)
    wrapped = build_reply_granted.sync(client=client, body=letter, format_=BuildReplyGrantedFormat.PDF, envelope="json")
    assert isinstance(wrapped, Built)
    return {
        "documents": len(listed.documents),
        "required": schema.required,
        "applicant": letter.application.name,
        "checked": [finding.code for finding in checked.findings],
        "docx": len(docx.payload.read()),
        "pdf": pdf.payload.read()[:5].decode(),
        "wrapped": base64.b64decode(wrapped.content)[:5].decode(),
        "findings": [finding.code for finding in wrapped.findings],
        **reckon(client),
    }


def reckon(client: Client) -> dict[str, object]:
    """A deadline, a fee, and a report that is checked."""
    asked = DeadlineBodyAnswer(kind="answer", received=date(2025, 9, 15), confirmed=date(2025, 9, 15))
    deadline = reckon_deadline.sync(client=client, body=asked)
    fee = reckon_fee.sync(client=client, body=FeeBody(method=FeeBodyMethod.PIECE, count=35, already=0))
    judged = check_report.sync(client=client, body=ReportRecord(year=2024))
    assert isinstance(deadline, Deadline) and isinstance(fee, Fee) and isinstance(judged, Judgement)
    assert deadline.last_day is not None
    return {"last_day": deadline.last_day.isoformat(), "yuan": fee.yuan, "year": judged.year}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(do_jobs(Client(base_url=sys.argv[1]))))
