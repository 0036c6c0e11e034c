"""A published guide read from a file and held against the profile and the law.

`check(data, office)` reads a DOCX, a web page or text and says what is wrong with it; `read` only reads.
"""

from gipdocs.guide.judgement import GuideJudgement, check, judge
from gipdocs.guide.reading import Guide, read

__all__ = ["Guide", "GuideJudgement", "check", "judge", "read"]
