"""Numbers that identify a person, an organisation or a telephone, and what can be wrong with them."""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberError

ID_KINDS = {
    "resident": "居民身份证",
    "passport": "护照",
    "hk_macao_permit": "港澳居民来往内地通行证",
    "taiwan_permit": "台湾居民来往大陆通行证",
    "hmt_residence": "港澳台居民居住证",
    "foreign_permanent": "外国人永久居留身份证",
    "officer": "军官证",
    "other": "其他有效身份证件",
}
SHAPES = {
    "passport": (r"[A-Z0-9]{5,20}", "护照号码应为5至20位大写字母或者数字"),
    "hk_macao_permit": (r"[HM](\d{8}|\d{10})", "通行证号码应为字母H或者M加8位（旧版10位）数字"),
    "taiwan_permit": (r"\d{8}|\d{10}(\([A-Z]\))?", "通行证号码应为8位（旧版10位）数字"),
    "officer": (r"[\u4e00-\u9fff]{1,6}字第\d{4,10}号?", "军官证号码形如“军字第1234567号”"),
}
EARLIEST_BIRTH = 1900
PROVINCES = frozenset(
    f"{number}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65))
    for number in range(first, last + 1)
)
"""The first two digits of numbers that the police issue (GB/T 2260); numbers beginning with 71 are not issued."""
EXTENSION = re.compile(r"(转|分机)\s*(\d{1,6})$")


def identity_fault(kind: str, number: str, *, today: date | None = None) -> str | None:
    """What is wrong with the number of an identity document of `kind` (a key of ID_KINDS), in Chinese.

    None if nothing is wrong. The first digits of a 居民身份证 must be those of a province; check digits follow GB 11643.
    If `today` is given, the birth date must not be after it.
    """
    if kind in ("resident", "hmt_residence"):
        return _citizen_number_fault(kind, number, today)
    if kind == "foreign_permanent":
        return _foreign_number_fault(number, today)
    if kind in SHAPES:
        pattern, cure = SHAPES[kind]
        return None if re.fullmatch(pattern, number, re.ASCII) else f"{cure}，请核对"
    return None


def _citizen_number_fault(kind: str, number: str, today: date | None) -> str | None:
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        return f"{ID_KINDS[kind]}号码应为18位，末位是数字或者大写X，请核对"
    residence = number[:2] in ("81", "82", "83")
    if residence != (kind == "hmt_residence"):
        return "81、82、83开头的是港澳台居民居住证，其他是居民身份证，请核对证件名称和号码"
    if not residence and number[:2] not in PROVINCES:
        what = (
            "9开头的18位号码是外国人永久居留身份证" if number[0] == "9" else f"前两位“{number[:2]}”不是发证地的省级代码"
        )
        return f"{what}，请核对证件名称和号码"
    return _birth_fault(number, today) or _check_digit_fault(number)


def _foreign_number_fault(number: str, today: date | None) -> str | None:
    if re.fullmatch(r"[A-Z]{3}\d{12}", number, re.ASCII):
        return None
    if not re.fullmatch(r"9\d{16}[\dX]", number, re.ASCII):
        return "外国人永久居留身份证号码应为9开头的18位（旧版为3位字母加12位数字），请核对"
    return _birth_fault(number, today) or _check_digit_fault(number)


def _birth_fault(number: str, today: date | None) -> str | None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "号码中的出生日期不存在，请核对"
    if born.year < EARLIEST_BIRTH or (today and born > today):
        return "号码中的出生日期不在合理范围内，请核对"
    return None


def _check_digit_fault(number: str) -> str | None:
    return None if ric.calc_check_digit(number) == number[-1] else "号码的校验位不符，可能有一位写错，请核对"


def uscc_fault(number: str) -> str | None:
    """What is wrong with a 统一社会信用代码 (GB 32100), in Chinese; None if nothing is."""
    if not re.fullmatch(r"[0-9A-HJ-NP-RTUW-Y]{18}", number):
        return "统一社会信用代码应为18位数字或者大写字母（不用I、O、S、V、Z），请核对"
    try:
        uscc.validate(number)
    except NumberError:
        return "统一社会信用代码的校验位不符，可能有一位写错，请核对"
    return None


def phone_fault(number: str) -> str | None:
    """What is wrong with a telephone number as written in China, in Chinese; None if nothing is."""
    if not number.replace("转", "").replace("分机", "").isascii():
        return "电话号码应使用半角数字，写作11位手机号，或者“区号-号码”（分机写作“转801”），请核对"
    import phonenumbers  # takes long to load

    plain = EXTENSION.sub(r"ext\2", number)
    try:
        parsed = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return "电话号码应为11位手机号，或者“区号-号码”（分机写作“转801”），请核对"
    return None


def postcode_fault(code: str) -> str | None:
    """What is wrong with a Chinese postcode, in Chinese; None if nothing is."""
    return None if re.fullmatch(r"\d{6}", code, re.ASCII) else "邮政编码应为6位数字，请核对"
