"""The clerks' handbook at /desk/handbook, with its pictures."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from gipdocs.faces import Public, needs
from gipdocs.web.errors import answer_errors
from gipdocs.web.held import send
from gipdocs.web.help import FILE, FOLDER, KEPT, PICTURES, read_handbook, the_book
from gipdocs.web.pages import page

handbook = Blueprint("handbook", __name__, url_prefix="/desk", template_folder="templates")


@handbook.record_once
def _keep(state: BlueprintSetupState) -> None:
    """Read everything at the start, like all pages: files that change later change nothing in a running service."""
    state.app.extensions[KEPT] = read_handbook(FOLDER)


@handbook.get("/handbook")
@needs(Public.ACCOUNTS)
def show() -> Response:
    """The whole handbook, or where it is."""
    return page("handbook", book=the_book(), file=f"{FOLDER.name}/{FILE}")


@handbook.get(f"/{PICTURES}/<filename>")
@needs(Public.ACCOUNTS)
def picture(filename: str) -> Response:
    """A picture of the handbook."""
    book = the_book()
    return send(book.pictures if book else {}, filename)


answer_errors(handbook)
