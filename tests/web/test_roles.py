"""What each role may do at every route, and what each page shows to whom: as the table of roles has it, and no more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from gipdocs.access.actors import HERE
from gipdocs.access.keys import make_key
from gipdocs.access.permissions import SCOPES
from gipdocs.service import Service
from gipdocs.store.engine import Store
from tests.access.people import ADDRESS
from tests.web.browser import Form
from tests.web.people import NAMES, sign_in, store_of
from tests.web.test_cases import open_case, page, record, send

pytestmark = pytest.mark.slow

EVERYBODY = {"stranger", "clerk", "manager", "auditor", "administrator"}
PEOPLE = EVERYBODY - {"stranger"}
OFFICE = {"clerk", "manager", "auditor"}
WORKERS = {"clerk", "manager"}
MANAGERS, ADMINISTRATORS = {"manager"}, {"administrator"}
READERS_OF_THE_TRAIL = {"auditor", "administrator"}

ROUTES: dict[str, set[str]] = {
    "GET citizen.home": EVERYBODY,
    "GET citizen.form": EVERYBODY,
    "POST citizen.receive": EVERYBODY,
    "POST citizen.preview": EVERYBODY,
    "GET citizen.blank": EVERYBODY,
    "GET citizen.static": EVERYBODY,
    "GET days.read": EVERYBODY,
    "GET api.alive": EVERYBODY,
    "GET api.docs": EVERYBODY,
    "GET api.reference": EVERYBODY,
    "GET api.list_problems": EVERYBODY,
    "GET api.explain_problem": EVERYBODY,
    "GET api.openapi": EVERYBODY,
    "GET api.static": EVERYBODY,
    "GET staff.home": PEOPLE,
    "GET handbook.show": PEOPLE,
    "GET handbook.picture": PEOPLE,
    "GET staff.form": OFFICE,
    "POST staff.receive": OFFICE,
    "POST staff.preview": OFFICE,
    "GET staff.search.show": OFFICE,
    "POST staff.search.show": OFFICE,
    "GET staff.judging.judge": OFFICE,
    "GET staff.deadline": OFFICE,
    "GET staff.law": OFFICE,
    "GET staff.reports.show": OFFICE,
    "POST staff.reports.act": OFFICE,
    "GET cases.list_cases": OFFICE,
    "GET cases.due": OFFICE,
    "GET cases.due_calendar": OFFICE,
    "GET cases.show_case": OFFICE,
    "GET keeping.download": OFFICE,
    "GET letters.letter_file": OFFICE,
    "GET staff.ledger.show": OFFICE,
    "GET staff.ledger.export": OFFICE,
    "GET staff.ledger.statistics": OFFICE,
    "GET staff.ledger.behind": OFFICE,
    "GET cases.new_case": WORKERS,
    "POST cases.open_case": WORKERS,
    "GET cases.show_event": WORKERS,
    "POST cases.record": WORKERS,
    "GET cases.cancel": WORKERS,
    "POST cases.cancel": WORKERS,
    "GET cases.amend_application": WORKERS,
    "POST cases.amend_application": WORKERS,
    "GET judge.judge_case": WORKERS,
    "POST judge.record_judgement": WORKERS,
    "GET joint.like": WORKERS,
    "GET batch_letters.choose": WORKERS,
    "GET batch_letters.write": WORKERS,
    "POST batch_letters.receive": WORKERS,
    "POST batch_letters.issue_submitted": MANAGERS,
    "GET joint.choose": WORKERS,
    "GET keeping.add": WORKERS,
    "POST keeping.add": WORKERS,
    "GET letters.choose_letter": WORKERS,
    "GET letters.write_letter": WORKERS,
    "POST letters.receive_letter": WORKERS,
    "POST letters.preview_letter": WORKERS,
    "POST staff.ledger.bring": WORKERS,
    "GET batches.begin": WORKERS,
    "POST batches.receive": WORKERS,
    "GET batches.table": WORKERS,
    "GET batches.list_all": WORKERS,
    "GET batches.show": WORKERS,
    "POST batches.act": WORKERS,
    "GET batches.remove": WORKERS,
    "POST batches.remove": WORKERS,
    "GET batches.preview": WORKERS,
    "GET batches.problems": WORKERS,
    "GET batches.single_file": WORKERS,
    "GET batches.archive": WORKERS,
    "GET batches.merged": WORKERS,
    "GET letters.decide": MANAGERS,
    "POST letters.decide": MANAGERS,
    "GET keeping.decide": MANAGERS,
    "POST keeping.decide": MANAGERS,
    "GET staff.office.show": ADMINISTRATORS,
    "POST staff.office.receive": ADMINISTRATORS,
    "POST staff.office.preview": ADMINISTRATORS,
    "POST staff.office.restore": ADMINISTRATORS,
    "GET staff.office.wait": ADMINISTRATORS,
    "GET admin.list_all": ADMINISTRATORS,
    "POST admin.add": ADMINISTRATORS,
    "GET admin.show_account": ADMINISTRATORS,
    "POST admin.change_account": ADMINISTRATORS,
    "GET admin.show_keys": ADMINISTRATORS,
    "POST admin.add_key": ADMINISTRATORS,
    "GET admin.revoke_key": ADMINISTRATORS,
    "POST admin.revoke_key": ADMINISTRATORS,
    "GET trail.show": READERS_OF_THE_TRAIL,
    "GET sign_in.show": EVERYBODY,
    "POST sign_in.receive": EVERYBODY,
    "GET sign_in.show_code": EVERYBODY,
    "POST sign_in.receive_code": EVERYBODY,
    "GET sign_in.show_invitation": EVERYBODY,
    "POST sign_in.receive_invitation": EVERYBODY,
    "POST sign_in.leave": EVERYBODY,
    "GET sign_in.account": PEOPLE,
    "POST sign_in.receive_password": PEOPLE,
    "GET sign_in.show_second_factor": PEOPLE,
    "POST sign_in.receive_second_factor": PEOPLE,
    "POST sign_in.remove_second_factor": PEOPLE,
    "POST sign_in.end_sessions": PEOPLE,
    "GET sign_in.prove": PEOPLE,
    "POST sign_in.receive_proof": PEOPLE,
}
"""Who may use the routes for people; letters.decide is asked for the deed of declaring void."""

SCOPE_OF: dict[str, str] = {
    "GET api.list_documents": "documents",
    "GET api.describe_document": "documents",
    "GET api.document_schema": "documents",
    "GET api.document_sample": "documents",
    "POST building_api.build_document": "documents",
    "POST building_api.build_file": "documents",
    "POST building_api.check_document": "documents",
    "POST api.read_file": "documents",
    "POST api.compare_reports": "documents",
    "POST api.report": "documents",
    "POST api.sum_of_reports": "documents",
    "POST api.deadline": "documents",
    "POST api.fee": "documents",
    "GET register_api.search_cases": "cases:read",
    "GET register_api.get_case": "cases:read",
    "GET register_api.get_deadline": "cases:read",
    "GET register_api.get_letters": "cases:read",
    "GET register_api.get_letter": "cases:read",
    "GET register_api.get_file": "cases:read",
    "GET register_api.prefill": "cases:read",
    "GET register_api.due": "cases:read",
    "GET register_api.due_feed": "cases:read",
    "POST register_api.open_case": "cases:write",
    "POST register_api.add_event": "cases:write",
    "POST register_api.cancel_event": "cases:write",
    "POST register_api.make_letter": "cases:write",
    "PUT register_api.save_letter": "cases:write",
    "POST register_api.hand_on": "cases:write",
    "POST register_api.decide": "letters:issue",
    "POST register_api.bring": "cases:write",
    "GET register_api.statistics": "ledger:read",
    "GET register_api.export": "ledger:read",
    "GET register_api.get_table": "batches",
    "GET batch_api.list_batches": "batches",
    "POST batch_api.order_batch": "batches",
    "GET batch_api.get_batch": "batches",
    "DELETE batch_api.delete_batch": "batches",
    "GET batch_api.list_rows": "batches",
    "GET batch_api.get_file": "batches",
    "GET batch_api.get_archive": "batches",
    "GET batch_api.get_merged": "batches",
    "GET batch_api.get_errors": "batches",
    "POST batch_api.start_batch": "batches",
    "POST batch_api.cancel_batch": "batches",
    "POST batch_api.resume_batch": "batches",
    "GET api.ready": "health:read",
    "GET api.metrics": "health:read",
}
"""The scope that a key needs for the routes for programs."""
HEALTH = {"GET api.ready", "GET api.metrics"}
"""Those that ask the converter, which is out of a quick test's reach."""
BESIDE = {"letters:issue": ["cases:write"]}
"""Scopes that are of use only beside others."""
ELSEWHERE = {"REMOTE_ADDR": ADDRESS}


@pytest.fixture(scope="module")
def manager(accounts_app: Flask) -> FlaskClient:
    return sign_in(accounts_app, "manager")


@pytest.fixture(scope="module")
def case(accounts_app: Flask, manager: FlaskClient) -> str:
    """A case in which every kind of letter and record is there to be seen: issued, submitted, drafted, void."""
    service: Service = accounts_app.extensions["gipdocs"]
    number = open_case(manager, service)
    clerk = sign_in(accounts_app, "clerk")
    assert record(manager, number, "assigned", facts__officer="孙静").status_code == 303
    assert record(manager, number, "extended", facts__working_days="15").status_code == 303
    assert send(manager, letter_url(number, "receipt"), {}, "issue").status_code == 303
    assert send(clerk, letter_url(number, "receipt"), {}, "submit").status_code == 303
    assert send(clerk, letter_url(number, "extension-notice"), {"reason": "检索工作量较大"}, "draft").status_code == 303
    return number


def letter_url(number: str, document: str) -> str:
    return f"/desk/cases/{number}/letters/{document}"


def rules(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Method and name of every route."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.endpoint}", method, rule


@pytest.fixture(scope="module")
def address(accounts_app: Flask, case: str) -> Callable[[Rule], str]:
    """The address of a route, with what the case has for the names in it."""
    adapter = accounts_app.url_map.bind("localhost")

    def build(rule: Rule) -> str:
        known: dict[str, Any] = {"number": case, "place": 1, "kind": "noted", "letter": 1, "deed": "void", "year": 2026}
        known |= {
            "document": "receipt",
            "path": "table3.total",
            "slug": "busy",
            "filename": "pages.css",
            "format": "docx",
            "sha256": "0",
            "batch": "0" * 32,
        }
        known["id"] = 1 if "int(" in rule.rule or "<int:id>" in rule.rule else "application-form"
        return adapter.build(rule.endpoint, {key: known[key] for key in rule.arguments}, method=None)

    return build


def test_every_route_is_in_the_table(accounts_app: Flask) -> None:
    assert {name for name, _, _ in rules(accounts_app)} == {*ROUTES, *SCOPE_OF}


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_a_role_may_use_the_routes_that_the_table_gives_it_and_no_other(
    role: str, accounts_app: Flask, address: Callable[[Rule], str]
) -> None:
    client, wrong = sign_in(accounts_app, role), []
    for name, method, rule in rules(accounts_app):
        data = {"q": ""} if method == "POST" else None
        status = client.open(address(rule), method=method, data=data, environ_base=ELSEWHERE).status_code
        is_open, may = status not in (401, 403), role in ROUTES.get(name, ())
        if is_open != may or status >= 500 or (name in SCOPE_OF and not may and status != 401):
            wrong.append((name, status))
    assert wrong == []


def test_a_stranger_is_led_to_the_page_of_signing_in_or_refused(
    accounts_app: Flask, address: Callable[[Rule], str]
) -> None:
    client, wrong = accounts_app.test_client(), []
    for name, method, rule in rules(accounts_app):
        answer = client.open(address(rule), method=method, environ_base=ELSEWHERE)
        is_open = "stranger" in ROUTES.get(name, ())
        signs_in = answer.status_code == 303 and urlsplit(answer.location).path == "/desk/sign-in"
        refused = answer.status_code == 401 or (method == "GET" and signs_in and name != "GET sign_in.show_code")
        if refused == is_open or answer.status_code >= 500:
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("scope", sorted(map(str, SCOPES)))
def test_a_key_opens_the_routes_of_its_scope_and_no_other(
    scope: str, accounts_app: Flask, address: Callable[[Rule], str]
) -> None:
    given = {scope, *BESIDE.get(scope, ())}
    wrong, keys = [], many_keys(store_of(accounts_app), given)
    client = accounts_app.test_client()
    for name, method, rule in rules(accounts_app):
        if name not in SCOPE_OF or (name in HEALTH and scope == "health:read"):
            continue
        answer = client.open(
            address(rule),
            method=method,
            json={} if method != "GET" else None,
            headers={"Authorization": next(keys)},
            environ_base=ELSEWHERE,
        )
        is_open = answer.status_code not in (401, 403, 429)
        if is_open != (SCOPE_OF[name] in given) or answer.status_code >= 500:
            wrong.append((name, answer.status_code))
    assert wrong == []


def many_keys(store: Store, scopes: set[str]) -> Iterator[str]:
    """Keys with these scopes, each for so few requests that it isn't told to wait."""
    for number in count():
        key = make_key(store, f"{' '.join(sorted(scopes))} {number}", "live", scopes, by=HERE)
        for _ in range(10):
            yield f"Bearer {key}"


@pytest.mark.parametrize("deed", ["approve", "return", "void"])
def test_a_clerk_decides_nothing_about_a_letter(deed: str, accounts_app: Flask, case: str) -> None:
    assert sign_in(accounts_app, "clerk").get(f"/desk/letters/1/{deed}").status_code == 403


@pytest.mark.parametrize("kind", ["extended", "delayed", "held"])
def test_a_clerk_records_no_decision(kind: str, accounts_app: Flask, case: str) -> None:
    assert sign_in(accounts_app, "clerk").get(f"/desk/cases/{case}/record/{kind}").status_code == 403


def test_a_clerk_corrects_no_record_of_a_decision(accounts_app: Flask, manager: FlaskClient, case: str) -> None:
    (url,) = re.findall(rf"延期</strong>.*?(/desk/cases/{case}/records/\d+/cancel)", page(manager, case), re.DOTALL)[:1]
    assert manager.get(url).status_code == 200
    assert sign_in(accounts_app, "clerk").get(url).status_code == 403


def test_a_clerk_asks_for_the_issue_and_what_was_typed_stays_if_the_button_is_forged(
    accounts_app: Flask, case: str
) -> None:
    clerk = sign_in(accounts_app, "clerk")
    form = Form(clerk.get(letter_url(case, "reply-granted")).text)
    assert "submit" in form.buttons and "issue" not in form.buttons
    refused = send(clerk, letter_url(case, "reply-granted"), {"information": "一份清单"}, "issue")
    assert refused.status_code in (403, 422) and "文书已经签发" not in refused.text
    assert "reply-granted" not in page(clerk, case)


def test_whoever_issues_sees_what_waits_and_issues_it(accounts_app: Flask, service: Service) -> None:
    clerk, manager = sign_in(accounts_app, "clerk"), sign_in(accounts_app, "manager")
    number = open_case(clerk, service)
    assert send(clerk, letter_url(number, "receipt"), {}, "submit").status_code == 303
    for url in ("/desk/", "/desk/due"):
        assert "待签发" in manager.get(url).text and number in Form(manager.get(url).text).text
        assert "待签发" not in clerk.get(url).text
    (place,) = re.findall(rf'href="(/desk/cases/{number}/letters/receipt\?letter=\d+)"', manager.get("/desk/").text)
    assert "submit" not in Form(clerk.get(place).text).buttons
    assert send(manager, place, {}, "issue").status_code == 303
    shown = page(clerk, number)
    assert "作废" not in shown and "下载DOCX" in shown and "孙静起草" in shown


def test_a_manager_may_issue_what_he_has_written_himself(accounts_app: Flask, manager: FlaskClient) -> None:
    number = open_case(manager, accounts_app.extensions["gipdocs"])
    assert send(manager, letter_url(number, "receipt"), {}, "issue").status_code == 303


def test_an_auditor_sees_the_case_and_nothing_to_change_it_with(accounts_app: Flask, case: str) -> None:
    auditor = sign_in(accounts_app, "auditor")
    for url in ("/desk/", f"/desk/cases/{case}", "/desk/cases", "/desk/due", "/desk/ledger", "/desk/audit"):
        text = auditor.get(url).text
        posted = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', text)
        assert set(posted) <= {"/desk/search", "/desk/sign-out"}, url
        assert "新建案件" not in text
    assert "张晓彤" in page(auditor, case)


def test_an_administrator_sees_no_case_and_no_count_of_cases(accounts_app: Flask, case: str) -> None:
    administrator = sign_in(accounts_app, "administrator")
    start = administrator.get("/desk/").text
    assert (
        case not in start
        and "待签发" not in start
        and "近日到期" not in start
        and not re.search(r"\d件", Form(start).text)
    )
    assert [way for way in ("账号", "密钥", "操作记录", "机关概况") if f">{way}</a>" not in start] == []
    assert case not in administrator.get("/desk/audit").text


PAGES = (
    "/desk/",
    "/desk/due",
    "/desk/cases",
    "/desk/ledger",
    "/desk/search?q=a",
    "/desk/cases/{case}",
    "/desk/nowhere",
)
PAGES += ("/desk/cases/{case}/letters/extension-notice", "/desk/cases/{case}/letters", "/desk/audit", "/desk/accounts")
PAGES += ("/desk/cases/{case}/judge?withdrawn=no&correction=clear&kind=information", "/desk/keys", "/desk/accounts/1")
PAGES += ("/desk/cases/{case}/letters/receipt", "/desk/statistics/2026", "/desk/profile")


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_no_page_leads_to_what_its_reader_may_not_do(role: str, accounts_app: Flask, case: str) -> None:
    client, seen = sign_in(accounts_app, role), Counter[str]()
    for place in PAGES:
        url = place.format(case=case)
        answer = client.get(url, follow_redirects=True)
        for method, target in () if answer.status_code == 403 else ways_of(answer.text, url):
            if not seen[f"{method} {target}"]:
                status = client.open(target, method=method, follow_redirects=True).status_code
                assert status in (200, 400, 415, 422) or (status == 409 and method == "POST"), (
                    url,
                    method,
                    target,
                    status,
                )
            seen[f"{method} {target}"] += 1
    assert len(seen) > 5


def ways_of(html: str, url: str) -> Iterator[tuple[str, str]]:
    """The method and the address of every link and form of a page within the service."""
    for target in re.findall(r'<a [^>]*href="([^"#]+)', html):
        if "format=pdf" not in target:  # asks the converter, at the same route as the other format
            yield "GET", urljoin(url, unescape(target))
    for form in re.findall(r"<form[^>]*>", html):
        method, action = re.search(r'method="(\w+)"', form), re.search(r'action="([^"]*)"', form)
        yield (method[1].upper() if method else "GET"), urljoin(url, unescape(action[1]) if action else url)
    for target in re.findall(r'formaction="([^"]+)"', html):
        yield "POST", urljoin(url, unescape(target))


def test_everybody_has_the_name_that_the_trail_tells(accounts_app: Flask, case: str) -> None:
    shown = Form(sign_in(accounts_app, "auditor").get(f"/desk/audit?subject={case}").text).text
    assert NAMES["clerk"] in shown and NAMES["manager"] in shown
