"""Reads a published guide and compares it with the profile and the law.

`check(data, office)` reads a DOCX, a PDF, a web page or text and gives its faults; `read` only reads.
"""

from gipdocs.guide.judgement import GuideJudgement, check, judge
from gipdocs.guide.reading import Guide, read

__all__ = ["Guide", "GuideJudgement", "check", "judge", "read"]
