"""The kinds of question, the schema that they form, and load(), the only reader of answers."""

from gipdocs.questions.amounts import Date, Money, Number
from gipdocs.questions.choices import Choice, Choices, YesNo
from gipdocs.questions.groups import Block, Lines, Questions, Rows, load, prepare_questions
from gipdocs.questions.question import Example, Message, Question, refuse
from gipdocs.questions.staff import OverrideQuestions, StaffQuestions, fullest_sample
from gipdocs.questions.text import (
    LINE,
    PAGE,
    DocumentNumber,
    Email,
    IdNumber,
    LongText,
    Name,
    Phone,
    Postcode,
    Text,
    Title,
    Uscc,
    find_additions,
)

__all__ = [
    "LINE",
    "PAGE",
    "Block",
    "Choice",
    "Choices",
    "Date",
    "DocumentNumber",
    "Email",
    "Example",
    "IdNumber",
    "Lines",
    "LongText",
    "Message",
    "Money",
    "Name",
    "Number",
    "OverrideQuestions",
    "Phone",
    "Postcode",
    "Question",
    "Questions",
    "Rows",
    "StaffQuestions",
    "Text",
    "Title",
    "Uscc",
    "YesNo",
    "find_additions",
    "fullest_sample",
    "load",
    "prepare_questions",
    "refuse",
]
