"""取示例填写内容，检查，制作DOCX；繁忙时等候重发，被退回时逐条说明。只用Python自带的模块。"""

import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ADDRESS = "http://127.0.0.1:8000"
HEADERS = {"Content-Type": "application/json"}  # 服务设有账号的，另加"Authorization": "Bearer 密钥"
LETTER = "/api/v1/documents/reply-granted"


class Problem(Exception):
    """服务答复的错误；type是错误的种类，errors指明位置和改法。"""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(f"{told['title']}：{told['detail']}")
        self.type: str = told["type"]
        self.errors: list[dict[str, str]] = told.get("errors", [])


def call(path: str, body: object = None, tries: int = 3) -> bytes:
    """取回答复的内容；有body的用POST。服务繁忙时，按Retry-After等候以后原样重发。"""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(ADDRESS + path, data=data, headers=HEADERS), timeout=120) as answer:
            content: bytes = answer.read()
            return content
    except HTTPError as error:
        with error:
            seconds = error.headers.get("Retry-After")
            if seconds is None or tries == 1:
                raise Problem(json.load(error)) from None
    time.sleep(int(seconds))
    return call(path, body, tries - 1)


def main() -> None:
    """制作一份文书。"""
    answers = json.loads(call(f"{LETTER}/sample"))
    for finding in json.loads(call(f"{LETTER}/check", answers))["findings"]:
        sys.stdout.write(f"{finding['severity']} {finding['code']}：{finding['message']}\n")
    Path("reply.docx").write_bytes(call(f"{LETTER}?format=docx", answers))
    try:
        call(LETTER, {**answers, "number": "聊机管公开〔2025〕12号"})
    except Problem as problem:
        if problem.type == "/api/problems/refused":
            for one in problem.errors:
                sys.stdout.write(f"{one['pointer']} {one['code']}：{one['detail']}\n")


if __name__ == "__main__":
    main()
