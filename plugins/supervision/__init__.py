"""The letters of the authority in charge of open government information to the agencies and citizens it supervises."""

from __future__ import annotations

from .complaint_reply import COMPLAINT_REPLY
from .report_return import REPORT_RETURN
from .supervision_notice import SUPERVISION_NOTICE

DOCUMENTS = (SUPERVISION_NOTICE, COMPLAINT_REPLY, REPORT_RETURN)
