"""提交一个批次，等候办完，下载全部文书的ZIP；有错误的行逐条说明，跳过它们生成其余的。只用Python自带的模块。"""

import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ADDRESS = "http://127.0.0.1:8000"
HEADERS = {"Content-Type": "application/json"}  # 服务设有账号的，另加"Authorization": "Bearer 密钥"
LETTER = "reply-granted"
BUSY = ("checking", "checked", "running", "cancelling")


def call(path: str, body: object = None, **more: str) -> tuple[bytes, int]:
    """答复的内容，以及过几秒再问；有body的用POST。"""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(ADDRESS + path, data=data, headers={**HEADERS, **more}), timeout=120) as answer:
        return answer.read(), int(answer.headers.get("Retry-After", 1))


def wait_for(batch: dict[str, Any]) -> dict[str, Any]:
    """办完的，或者等候改正的批次。"""
    seconds = 0
    while batch["state"] in BUSY:
        time.sleep(seconds)
        content, seconds = call(batch["links"]["self"])
        batch = json.loads(content)
        sys.stdout.write(f"{batch['state']} {batch['percent']}%\n")
    return batch


def main() -> None:
    """生成三份文书，其中一份的日期是错的。"""
    sample = json.loads(call(f"/api/v1/documents/{LETTER}/sample")[0])
    items = [{"answers": {"number": f"聊机管公开〔2026〕{number}号"}, "name": f"答复{number}"} for number in (21, 22)]
    items.append({"answers": {"date": "2026-02-30"}, "name": "日期有误"})
    order = {"document": LETTER, "format": "docx", "title": "三月的答复", "base": sample, "items": items}
    key = {"Idempotency-Key": str(uuid.uuid4())}  # 没有收到答复的，用同一个值重发，不会生成两遍
    batch = wait_for(json.loads(call("/api/v1/batches", order, **key)[0]))
    if batch["state"] == "draft":
        wrong = json.loads(call(f"{batch['links']['rows']}?state=invalid")[0])
        for row in wrong["rows"]:
            for fault in row["faults"]:
                sys.stdout.write(f"第{row['place']}件 {fault['pointer']} {fault['code']}：{fault['detail']}\n")
        batch = wait_for(json.loads(call(f"{batch['links']['self']}/start", {"skip_invalid": True})[0]))
    Path("replies.zip").write_bytes(call(batch["links"]["archive"])[0])


if __name__ == "__main__":
    main()
