"""The way to the nodes: leaves a document with the broker, and waits for its PDF."""

from __future__ import annotations

import json
import math
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from redis import AuthenticationError, ResponseError

from gipdocs.errors import ConversionError, ConverterBusy, ConverterRefused, ConverterTimeout
from gipdocs.pdf import broker
from gipdocs.pdf.converter import REPAIR_SECONDS, Made, drop_if_unwanted
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import LOOK_SECONDS, MARGIN_SECONDS, PoolClient
from gipdocs.pdf.pool.measures import add_up
from gipdocs.pdf.typesetting import Typesetting, has_libreoffice, read_typesetting
from gipdocs.pdf.worker import frames

AWAY_SECONDS = 5.0
"""How long a broker that was away is not asked again."""

AGAIN_SECONDS = 5.0
"""After this long without an answer a document is sent once more, since its node may have been killed; then
each time after three times as long.
"""

VIEW_SECONDS = 1.0
"""How long what is known of the nodes is relied on."""

DOUBT_SECONDS = 1.0
"""How long a node may take to note that one of its workers is in doubt."""

MOST_WAITING = 64
"""Documents that may wait in the queue of people, for each node."""

LABEL_LENGTH = 80
COUNTERS = ("answers", "failures", "restarts")
GAUGES = ("workers", "working", "queue", "memory_mib")
ERRORS = {"refused": ConverterRefused, "overrun": ConverterTimeout, "busy": ConverterBusy, "failed": ConversionError}
"""The error for each outcome of a node that is no PDF."""

NO_NODE = "没有可用的转换节点：请在转换节点上运行gipdocs serve --converter"
OTHER_NODES = "转换节点的LibreOffice或者字体与本机不一致，没有采用：请运行gipdocs doctor查看各个节点"
WRONG_PASSWORD = "GIPDOCS_ENGINE所指的服务器拒绝了用户名或者密码：请核对后重新启动服务"
AWAY = "GIPDOCS_ENGINE所指的服务器没有应答：请检查它是否在运行、网络是否连通"
FULL = "GIPDOCS_ENGINE所指的服务器不能再保存：请检查它的内存上限和权限"


class Away(Exception):
    """No node can be reached now; a Chinese sentence without its full stop says why."""


class _Line:
    """The connections of one process."""

    def __init__(self, url: str) -> None:
        self.process = os.getpid()
        self.client = broker.connect(url)
        self.app = broker.make_app(url)

    def close(self) -> None:
        self.client.close()
        self.app.close()


class Engine:
    """The nodes of all machines as one transport; while none can be reached, this machine's own pool if it can convert."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._kind = broker.BATCH if options.patient else broker.NOW
        self._seconds = options.queue_seconds + 2 * options.work_seconds + MARGIN_SECONDS
        self._lock = threading.Lock()
        self._line: _Line | None = None
        self._own: PoolClient | None = None
        self._away_until, self._reason = 0.0, ""
        self._nodes: Sequence[Mapping[str, Any]] = ()
        self._seen = -math.inf

    def send(self, docx: bytes, label: str) -> Made:
        """The PDF of a checked DOCX; errors as for `Converter.convert`."""
        try:
            made = self._send_to_nodes(docx, label)
        except Away as error:
            return self._fall_back(f"{error}。").send(docx, label)
        self._let_own_pool_rest()
        return made

    def doubt(self, maker: str, label: str, *, last: bool) -> None:
        """See `Transport.doubt`; waits until the node has noted it, if it still exists."""
        node, _, worker = maker.rpartition(" ")
        if not node:
            if self._own:
                self._own.doubt(maker, label, last=last)
            return
        key, doubts = secrets.token_hex(16), f"{broker.NODE}{node}{broker.DOUBTS}"
        said = {"key": key, "worker": worker, "label": label[:LABEL_LENGTH], "last": last}
        try:
            with self._connected().client.pipeline() as pipe:
                pipe.rpush(doubts, json.dumps(said))
                pipe.expire(doubts, broker.NODE_SECONDS)
                pipe.execute()
            self._connected().client.blpop([broker.OUT + key], timeout=DOUBT_SECONDS)
        except broker.BROKER_ERRORS as error:
            self._note_absence(error)

    def state(self) -> dict[str, Any]:
        """The combined state of the nodes, with that of this machine's own pool while it stands in for them."""
        away, queues, nodes = "", {broker.NOW: 0, broker.BATCH: 0}, self._nodes
        try:
            nodes = self._look(fresh=True)
            mark = self._choose(nodes)[0]["mark"]
            client = self._connected().client
            queues = {kind: broker.count(client.llen(broker.name_queue(kind, mark))) for kind in queues}
        except broker.BROKER_ERRORS as error:
            away, nodes = self._note_absence(error), ()
        except Away as error:
            away = str(error)
        told = {"away": away, "queues": queues, **_compare(nodes)}
        if away and has_libreoffice():
            return {**self._fall_back(away).state(), "engine": told}
        state = _combine([] if away else [node["pool"] for node in self._choose(nodes)])
        return {
            **state,
            "queue": state["queue"] + sum(queues.values()),
            "fault": f"{away}。" if away else state["fault"],
            "engine": told,
        }

    def wake(self) -> None:
        """Do nothing: nodes run by themselves."""

    def is_awake(self) -> bool:
        """Whether nodes may be asked: they are nobody's to be woken."""
        return True

    def close(self) -> None:
        """Release all connections."""
        with self._lock:
            line, self._line = self._line, None
        if line and line.process == os.getpid():
            line.close()
        self._let_own_pool_rest()

    def _send_to_nodes(self, docx: bytes, label: str) -> Made:
        if time.monotonic() < self._away_until:
            raise Away(self._reason)
        try:
            line = self._connected()
            nodes = self._choose(self._look())
            queue = broker.name_queue(self._kind, nodes[0]["mark"])
            self._refuse_beyond_limit(line, queue, nodes)
            return self._wait(_Ticket(line, queue, docx, label))
        except broker.BROKER_ERRORS as error:
            raise Away(self._note_absence(error)) from error

    def _refuse_beyond_limit(self, line: _Line, queue: str, nodes: Sequence[Mapping[str, Any]]) -> None:
        waiting = broker.count(line.client.llen(queue))
        if self._options.patient or waiting <= MOST_WAITING * len(nodes):
            return
        capacity = sum(node["capacity"] for node in nodes)
        retry_after = max(1, min(30, math.ceil(waiting * _mean(nodes) / capacity)))
        raise ConverterBusy(f"排队的文书太多，请在 {retry_after} 秒后再试。", retry_after=retry_after, kind="full")

    def _wait(self, ticket: _Ticket) -> Made:
        started, again = time.monotonic(), AGAIN_SECONDS
        try:
            ticket.leave()
            while (spent := time.monotonic() - started) < self._seconds:
                drop_if_unwanted()
                if spent > AGAIN_SECONDS:
                    _find_alike(self._look())  # there may be no node any more
                if spent > again:
                    ticket.repeat()
                    again *= 3
                answer = ticket.fetch()
                if answer and not (answer[0].get("outcome") == "broken" and not ticket.repeated):
                    return _judge(*answer)
                if answer:
                    ticket.repeat()
            waiting = ticket.others_wait()
        finally:
            ticket.take_back()
        if waiting:
            raise ConverterBusy("排队时间太长，请稍后再试。", retry_after=REPAIR_SECONDS, kind="late")
        raise ConverterTimeout(f"文书“{ticket.label}”迟迟没有转换完，已停止等待。", kind="silent")

    def _connected(self) -> _Line:
        """This process's connections: those of a parent stay the parent's."""
        with self._lock:
            if self._line is None or self._line.process != os.getpid():
                self._line = _Line(self._options.engine)
            return self._line

    def _look(self, *, fresh: bool = False) -> Sequence[Mapping[str, Any]]:
        """What the nodes say of themselves."""
        if fresh or time.monotonic() - self._seen > VIEW_SECONDS:
            client = self._connected().client
            names = [name for name in client.scan_iter(f"{broker.NODE}*", count=1000) if not _is_list(name)]
            found = [_read_node(text) for text in client.mget(sorted(names)) if text] if names else []
            self._nodes, self._seen = [node for node in found if node], time.monotonic()
        return self._nodes

    def _choose(self, nodes: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """The nodes that may convert for this machine: they are ready, and break lines as it does. At least one."""
        alike = _find_alike(nodes)
        if ready := [node for node in alike if node["pool"]["ready"]]:
            return ready
        raise Away(next((fault.rstrip("。") for node in alike if (fault := node["pool"]["fault"])), NO_NODE))

    def _note_absence(self, error: Exception) -> str:
        """Why the broker can't be used, after which it is left alone for a while."""
        self._away_until, self._reason = time.monotonic() + AWAY_SECONDS, _explain(error)
        return self._reason

    def _fall_back(self, reason: str) -> PoolClient:
        """This machine's own pool; ConverterBusy if it has no LibreOffice."""
        if not has_libreoffice():
            raise ConverterBusy(f"PDF转换服务暂时不可用：{reason}", retry_after=REPAIR_SECONDS, kind="unreachable")
        with self._lock:
            self._own = self._own or PoolClient(replace(self._options, engine=""))
            return self._own

    def _let_own_pool_rest(self) -> None:
        """Hang up on this machine's own pool, which then ends by itself."""
        with self._lock:
            own, self._own = self._own, None
        if own:
            own.close()


class _Ticket:
    """One document that was left with the broker."""

    def __init__(self, line: _Line, queue: str, docx: bytes, label: str) -> None:
        self.label = label
        self.repeated = False
        self._line, self._queue, self._docx = line, queue, docx
        self._key = secrets.token_hex(16)

    def leave(self) -> None:
        """Leave the document, and ask for its conversion; raises an error of the broker."""
        label = self.label[:LABEL_LENGTH]
        self._line.client.set(broker.IN + self._key, self._docx, ex=broker.IN_SECONDS)
        self._line.app.send_task(
            broker.TASK, (self._key, label), queue=self._queue, retry=False, ignore_result=True, argsrepr=repr((label,))
        )

    def repeat(self) -> None:
        """Ask once more: node, message or document may be lost, and a conversion may be done twice."""
        self.repeated = True
        self.leave()

    def fetch(self) -> tuple[dict[str, Any], bytes] | None:
        """The answer if it comes soon; None too while the broker is away, which a repetition finds out."""
        try:
            found = self._line.client.blpop([broker.OUT + self._key], timeout=LOOK_SECONDS)
        except broker.BROKER_ERRORS:
            if self.repeated:
                raise
            time.sleep(LOOK_SECONDS)
            return None
        return _read_answer(found[1]) if found else None

    def others_wait(self) -> bool:
        """Whether the queue still holds anything, so that it may not have been this document's turn."""
        return bool(self._line.client.llen(self._queue))

    def take_back(self) -> None:
        """Nobody waits for the document any more."""
        try:
            with self._line.client.pipeline() as pipe:
                pipe.delete(broker.IN + self._key)
                pipe.expire(self._queue, broker.QUEUE_SECONDS)
                pipe.execute()
        except broker.BROKER_ERRORS:
            return  # it ends by itself


def _compare(nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The nodes, as a health answer tells them, and the LibreOffice that they should have."""
    own = read_typesetting()
    mark = find_mark(nodes, own)
    wanted = own.libreoffice or next((node["libreoffice"] for node in nodes if node["mark"] == mark), "")
    told = [
        {
            **{key: node[key] for key in ("name", "version", "libreoffice", "capacity")},
            "ready": node["pool"]["ready"],
            "alike": node["mark"] == mark,
            "fonts_alike": node["fonts"] == own.fonts,
        }
        for node in nodes
    ]
    return {"nodes": told, "libreoffice": wanted}


def find_mark(nodes: Sequence[Mapping[str, Any]], own: Typesetting) -> str:
    """The mark of the typesetting that documents are to have: this machine's own.

    Without LibreOffice here, that of most of the nodes with the same fonts.
    """
    if own.libreoffice:
        return own.mark
    capacities = Counter[str]()
    for node in nodes:
        if node["fonts"] == own.fonts:
            capacities[node["mark"]] += node["capacity"]
    return max(capacities, key=lambda mark: (capacities[mark], mark), default="")


def _find_alike(nodes: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The nodes that break lines as this machine does, even if they are not ready. At least one; else Away."""
    if not nodes:
        raise Away(NO_NODE)
    mark = find_mark(nodes, read_typesetting())
    if alike := [node for node in nodes if node["mark"] == mark]:
        return alike
    raise Away(OTHER_NODES)


def _is_list(name: bytes) -> bool:
    return name.endswith(broker.DOUBTS.encode())


def _read_node(text: bytes | str) -> dict[str, Any] | None:
    """What a node says of itself; None for what no node writes."""
    try:
        node = json.loads(text)
        _combine([node["pool"]])
        node["mark"], node["capacity"] = str(node["mark"]), max(1, int(node["capacity"]))
        for key in ("name", "version", "libreoffice", "fonts"):
            node[key] = "".join(filter(str.isprintable, str(node[key])))[:LABEL_LENGTH]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return dict(node)


def _read_answer(data: bytes | str) -> tuple[dict[str, Any], bytes]:
    try:
        answer = frames.read(BytesIO(data)) if isinstance(data, bytes) else None
    except (frames.Broken, RecursionError):
        answer = None
    return answer or ({"outcome": "failed", "message": "转换节点的答复不完整，没有采用：请重试。"}, b"")


def _judge(head: Mapping[str, Any], pdf: bytes) -> Made:
    outcome, message, kind = (str(head.get(key, "")) for key in ("outcome", "message", "kind"))
    if outcome == "ok":
        return Made(pdf, f"{head.get('node')} {head.get('worker')}")
    if outcome == "broken":
        raise Away(message.rstrip("。"))
    if outcome == "busy":
        raise ConverterBusy(message, retry_after=max(1, broker.count(head.get("retry_after"))), kind=kind)
    raise ERRORS.get(outcome, ConversionError)(message, kind=kind)


def _explain(error: Exception) -> str:
    if isinstance(error, AuthenticationError):
        return WRONG_PASSWORD
    return FULL if isinstance(error, ResponseError) else AWAY


def _mean(nodes: Sequence[Mapping[str, Any]]) -> float:
    """The average time of a conversion in seconds."""
    working = add_up([node["pool"]["working_seconds"] for node in nodes])
    return float(working["sum"] / sum(working["counts"])) if any(working["counts"]) else 0.1


def _combine(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    layers = [state["layers"] for state in states if state["layers"]]
    return {
        "ready": any(state["ready"] for state in states),
        "fault": "；".join(state["fault"].rstrip("。") for state in states if state["fault"]),
        "layers": {name: all(each.get(name, False) for each in layers) for each in layers[:1] for name in each},
        **{key: sum(state[key] for state in states) for key in GAUGES},
        **{key: dict(sum((Counter(state[key]) for state in states), Counter())) for key in COUNTERS},
        **{key: add_up([state[key] for state in states]) for key in ("waiting_seconds", "working_seconds")},
    }
