"""The states of batches and of their rows, and what each of them allows."""

from __future__ import annotations

from collections.abc import Mapping

STATES: Mapping[str, str] = {
    "checking": "正在核对",
    "draft": "需要改正",
    "checked": "等待开始",
    "running": "正在生成",
    "cancelling": "正在停止",
    "done": "已完成",
    "cancelled": "已停止",
    "expired": "已删除",
}
ROW_STATES: Mapping[str, str] = {
    "unchecked": "尚未核对",
    "invalid": "需要改正",
    "waiting": "等待生成",
    "working": "正在生成",
    "done": "已生成",
    "refused": "不能生成",
    "failed": "没有生成",
    "cancelled": "已停止",
}
FINISHED = ("invalid", "done", "refused", "failed", "cancelled")
"""The states of rows that need nothing more."""
UNFINISHED = ("waiting", "working")
"""The states of rows that a running batch still has to make."""
ALIVE = ("checking", "running", "cancelling")
"""The states of batches in which there is something to do without anybody's help."""

STEPS: Mapping[str, tuple[str, ...]] = {
    "checking": ("cancel",),
    "draft": ("start", "replace", "remove"),
    "checked": ("start", "replace", "remove", "cancel"),
    "running": ("cancel",),
    "cancelling": (),
    "done": ("resume", "remove"),
    "cancelled": ("resume", "remove"),
    "expired": (),
}
"""What can be done with a batch, by its state."""
MOST_RUNNING = 2
"""So many batches of one account or key run at once; the others wait for their turn."""
MOST_OPEN = 20
"""So many batches of one account or key may be under way or waiting."""
KEPT_DAYS = 7
"""So long the files of a finished batch are kept, and one that was never started."""
