"""The routes of the batches: ordered, watched, started, stopped, resumed, removed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gipdocs.access.permissions import Permission
from gipdocs.api.batch_answers import (
    AGAIN,
    link,
    name_acts,
    show_batch,
    show_batches,
    show_rows,
    wait_seconds,
)
from gipdocs.api.batch_bodies import (
    BatchListQuestions,
    BatchRowsQuestions,
    BatchStartQuestions,
    DryRunQuestions,
    read_order,
)
from gipdocs.api.bodies import read_body
from gipdocs.api.case_bodies import NoQuestions, names_of, read_query
from gipdocs.api.cases import idempotency_key
from gipdocs.api.problems import answer_errors
from gipdocs.api.protocol import keep_protocol, takes
from gipdocs.batch import batches as book
from gipdocs.batch import ordering
from gipdocs.batch.batches import find_batch
from gipdocs.batch.local import sum_up
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.trying import try_order
from gipdocs.batch.waking import wake
from gipdocs.errors import Fault, InvalidParameter, StepForbidden, UnknownBatch
from gipdocs.faces import actor, needs, register, service
from gipdocs.questions import load

FORM = re.compile("[0-9a-f]{32}")
BATCH = "/batches/<id>"

batches = Blueprint("batch_api", __name__, url_prefix="/api/v1")
answer_errors(batches)
keep_protocol(batches)


@batches.before_request
def _refuse_strange_ids() -> None:
    """No database is asked for what can be no id of a batch."""
    id = (request.view_args or {}).get("id")
    if id is not None and not FORM.fullmatch(id):
        raise UnknownBatch("没有这个批次，请核对地址。")


@batches.post("/batches")
@needs(Permission.BATCHES)
@takes(*names_of(DryRunQuestions))
def order_batch() -> Response:
    """Keep an order, which is checked and made by the runner; a dry run only tells what is wrong."""
    key, is_dry = idempotency_key(), read_query(DryRunQuestions, request.args).get("dry_run", False)
    wanted = read_order()
    if is_dry:
        return _check(wanted)
    return accepted(_order(wanted, key))


def _order(wanted: Order, key: str) -> str:
    return ordering.order(register(), wanted, by=actor(), key=key, webhooks=service().settings.webhooks)


def _check(wanted: Order) -> Response:
    """What is wrong with the rows of an order, of which nothing is kept."""
    return jsonify(sum_up(try_order(service(), register(), wanted, by=actor())))


def accepted(id: str) -> Response:
    """The answer to a request for work that has begun: the batch, where it is, and when to ask for it again."""
    wake(service().settings)
    response = jsonify(show_batch(find_batch(register(), id, by=actor())))
    response.status_code = 202
    response.headers["Location"] = link("get_batch", id=id)
    response.headers["Retry-After"] = str(AGAIN)
    return response


@batches.get("/batches")
@needs(Permission.BATCHES)
@takes(*names_of(BatchListQuestions))
def list_batches() -> Response:
    """The batches that the key may see, the newest first, 100 at a time."""
    after = read_query(BatchListQuestions, request.args).get("cursor", "")
    try:
        found = book.list_batches(register(), by=actor(), after=after)
    except UnknownBatch:
        raise InvalidParameter(
            [Fault("/cursor", "format", "cursor应是上一页给出的next，请照原样填写，或者不填。")]
        ) from None
    return jsonify(show_batches(found))


@batches.get(BATCH)
@needs(Permission.BATCHES)
def get_batch(id: str) -> Response:
    """A batch and how far it is; its ETag changes with anything that is told of it."""
    batch = find_batch(register(), id, by=actor())
    response = jsonify(show_batch(batch))
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    if (seconds := wait_seconds(batch)) is not None:
        response.headers["Retry-After"] = str(seconds)
    response.make_conditional(request)
    return response


@batches.get(f"{BATCH}/rows")
@needs(Permission.BATCHES)
@takes(*names_of(BatchRowsQuestions))
def list_rows(id: str) -> Response:
    """The rows of a batch in their order, 100 at a time; only those in one state if it is named."""
    asked = read_query(BatchRowsQuestions, request.args)
    states, after = filter(None, [asked.get("state")]), int(asked.get("cursor", 0))
    return jsonify(show_rows(id, book.list_rows(register(), id, by=actor(), states=[*states], after=after)))


@batches.post(f"{BATCH}/start")
@needs(Permission.BATCHES)
def start_batch(id: str) -> Response:
    """Start a batch that has been checked, without its wrong rows if that is asked for."""
    skip = load(BatchStartQuestions, read_body()).get("skip_invalid", False)
    with own_words():
        ordering.start(register(), id, by=actor(), skip_invalid=skip)
    return accepted(id)


@batches.post(f"{BATCH}/cancel")
@needs(Permission.BATCHES)
def cancel_batch(id: str) -> Response:
    """Stop a batch: what is being made is finished, and stays."""
    load(NoQuestions, read_body())
    with own_words():
        ordering.cancel(register(), id, by=actor())
    return accepted(id)


@batches.post(f"{BATCH}/resume")
@needs(Permission.BATCHES)
def resume_batch(id: str) -> Response:
    """Try again what failed or was cancelled."""
    load(NoQuestions, read_body())
    with own_words():
        ordering.resume(register(), id, by=actor())
    return accepted(id)


@batches.delete(BATCH)
@needs(Permission.BATCHES)
def delete_batch(id: str) -> Response:
    """Delete the files of a batch and everything that was typed for it."""
    with own_words():
        ordering.remove(register(), id, by=actor())
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


@contextmanager
def own_words() -> Iterator[None]:
    """Have a refusal name the possible steps by the words of the addresses."""
    try:
        yield
    except StepForbidden as error:
        raise StepForbidden(str(error), allowed=name_acts(error.allowed)) from None


def order_one(document: str, format: str, answers: Any) -> Response:
    """Make a batch of one document, which has been checked."""
    wanted = Order(document=document, format=format, rows=[OrderedRow(answers=answers)])
    response = accepted(_order(wanted, idempotency_key()))
    response.headers["Preference-Applied"] = "respond-async"
    return response
