"""Error pages: what went wrong and what to do, in Chinese, without a traceback."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from gipdocs.errors import (
    ConverterBusy,
    GipdocsError,
    ProofNeeded,
    ReaderBusy,
    StoreBusy,
    TooManyRequests,
    Unauthenticated,
    Unnamed,
    locate,
)
from gipdocs.tracing import current_id, tell
from gipdocs.web.guard import FORM_TYPES, MOST_FIELDS
from gipdocs.web.pages import letter, page

SAID = {
    400: ("请求有误", "浏览器发来的内容不完整。请返回上一页，刷新后重试。"),
    404: ("没有这个页面", "地址可能写错了，或者页面已经移走。请从首页重新进入。"),
    405: ("这个地址不能这样打开", "请从首页重新进入，在页面上点按钮操作。"),
    413: (
        "提交的内容过大",
        "这次提交超过了服务允许的大小，没有处理，也没有保存。请返回上一页（填写的内容通常还在），缩短长的文字或者减少行数后重试。",
    ),
    415: ("提交的内容类型不对", "这里只接受网页表单。程序调用请使用接口，说明见/api/docs。"),
    500: (
        "服务出错",
        "服务内部出错，填写的内容没有保存到服务器。请返回上一页重试；仍然出错的，请把编号{}告诉管理员。",
    ),
    503: ("服务繁忙", "请稍候几秒钟，返回上一页重试。"),
}


def answer_errors(blueprint: Blueprint) -> None:
    """Have every error in a blueprint's routes answered by a page."""
    blueprint.register_error_handler(GipdocsError, from_error)
    blueprint.register_error_handler(HTTPException, from_http)
    blueprint.register_error_handler(Exception, from_fault)


def from_http(error: HTTPException) -> Response | HTTPException:
    """The page for an HTTP error; a redirect stays a redirect."""
    status = error.code or 500
    if status < 400:
        return error
    title, cure = SAID.get(status, SAID[400 if status < 500 else 500])
    response = page("error", status, title=title, cure=cure.format(current_id()))
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def from_error(error: GipdocsError) -> Response:
    """The page for a refusal by gipdocs outside a form."""
    tell(error)
    if isinstance(error, Unauthenticated | ProofNeeded):
        return _hold(error)
    response = page("error", error.status, title=error.title, cure=str(error))
    if isinstance(error, ConverterBusy | ReaderBusy | StoreBusy | TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _hold(error: Unauthenticated | ProofNeeded) -> Response:
    """A page that gives back what was sent, to be sent again after signing in; nothing of it is kept here.

    Browsers don't always bring a form back as it was filled in, so that this page holds it. A frame gets a sentence.
    """
    if request.headers.get("Sec-Fetch-Dest") == "iframe":
        hint = "登录已经结束，预览没有更新。填写的内容都还在，请在新标签页里重新登录，再回到这一页继续。"
        return letter(render_template("web/no_letter.html", sentences=[], hint=hint), error.status)
    fields, unnamed = _sent(), isinstance(error, Unnamed)
    if unnamed and not fields:
        return page("error", error.status, title=error.title, cure=str(error))
    after = url_for("staff.home", back=1)  # where the other tab ends, which says so
    where = after if unnamed else url_for("sign_in.show", next=after)
    proof = isinstance(error, ProofNeeded)
    return page("held", error.status, proof=proof, fields=fields, files=_has_files(), where=where, after=after)


def _sent() -> list[tuple[str, str]]:
    """The fields of the form that was sent, in its order; none of a form that asked for a secret."""
    if request.blueprint == "sign_in" or request.mimetype not in FORM_TYPES:
        return []
    try:
        fields = [*request.form.items(multi=True)]
    except HTTPException:  # too large
        return []
    return fields if len(fields) <= MOST_FIELDS else []


def _has_files() -> bool:
    return request.mimetype == FORM_TYPES[1] and any(file.filename for file in request.files.values())


def from_fault(error: Exception) -> Response:
    """The page for a bug: its type and place go to the log, input never does."""
    tell(error)
    current_app.logger.error("unexpected %s at %s", type(error).__name__, locate(error))
    return page("error", 500, title=SAID[500][0], cure=SAID[500][1].format(current_id()))
