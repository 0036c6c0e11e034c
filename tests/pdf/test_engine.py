"""The nodes behind a broker: the same PDFs as from the own pool, nothing lost, and an own pool for when they are away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gipdocs.errors import ConverterRefused
from gipdocs.pdf import broker as names
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf import samples
from tests.pdf.brokers import Broker, NodeProcess, running_broker, running_node
from tests.pdf.processes import wait_for

pytestmark = [pytest.mark.converter, pytest.mark.alone]

PDF = b"%PDF-"
OpenEngine = Callable[..., Engine]


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with running_broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def node(broker: Broker, pool: PoolClient) -> Iterator[NodeProcess]:
    with running_node(broker.url, pool) as node:
        yield node


@pytest.fixture
def open_engine(pool: PoolClient) -> Iterator[OpenEngine]:
    """Opens engines over the shared pool, which stands in for their nodes; closes them after the test."""
    opened: list[Engine] = []

    def open(url: str, **changes: object) -> Engine:
        opened.append(Engine(replace(pool.options, engine=url, **changes)))  # type: ignore[arg-type]
        return opened[-1]

    yield open
    for engine in opened:
        engine.close()


def ready(engine: Engine, nodes: int = 1) -> Engine:
    """The engine, once so many nodes are ready."""
    wait_for(lambda: sum(node["ready"] for node in engine.state()["engine"]["nodes"]) == nodes, seconds=60)
    return engine


@pytest.fixture
def engine(broker: Broker, node: NodeProcess, open_engine: OpenEngine) -> Engine:
    return ready(open_engine(broker.url))


def made_by_a_node(maker: str) -> bool:
    return " worker-" in maker


def test_a_node_gives_the_same_bytes_as_the_pool(converter: Converter, engine: Engine, broker: Broker) -> None:
    docx = samples.letter(samples.RARE)
    elsewhere = CheckedConverter(engine)
    assert elsewhere.convert(docx, label="样本") == converter.convert(docx, label="样本")
    assert made_by_a_node(engine.send(docx, "样本").maker)
    health = elsewhere.health()
    assert (health.ready, health.workers, health.layers) == (True, 2, converter.health().layers)
    assert [name for name in broker.left() if not name.startswith(names.NODE)] == []


def test_a_node_refuses_what_is_no_document_of_ours(engine: Engine) -> None:
    with pytest.raises(ConverterRefused, match="不是"):
        engine.send(b"<html>", "样本")
