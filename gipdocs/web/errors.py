"""Error pages: what went wrong and what to do, in Chinese, without a traceback."""

from __future__ import annotations

from flask import Response, current_app
from werkzeug.exceptions import HTTPException

from gipdocs.errors import ConverterBusy, GipdocsError, ReaderBusy, StoreBusy, TooManyRequests, locate
from gipdocs.web.pages import page

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
        "服务内部出错，填写的内容没有保存到服务器。请返回上一页重试；仍然出错的，请告知管理员出错的时间。",
    ),
    503: ("服务繁忙", "请稍候几秒钟，返回上一页重试。"),
}


def from_http(error: HTTPException) -> Response | HTTPException:
    """The page for an HTTP error; a redirect stays a redirect."""
    status = error.code or 500
    if status < 400:
        return error
    title, cure = SAID.get(status, SAID[400 if status < 500 else 500])
    response = page("error", status, title=title, cure=cure)
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def from_error(error: GipdocsError) -> Response:
    """The page for a refusal by gipdocs outside a form."""
    response = page("error", error.status, title=error.title, cure=str(error))
    if isinstance(error, ConverterBusy | ReaderBusy | StoreBusy | TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def from_fault(error: Exception) -> Response:
    """The page for a bug: its type and place go to the log, input never does."""
    current_app.logger.error("unexpected %s at %s", type(error).__name__, locate(error))
    return page("error", 500, title=SAID[500][0], cure=SAID[500][1])
