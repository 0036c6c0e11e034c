"""Commands for the installation: doctor, reload, serve."""

from __future__ import annotations

import os
import socket

import click

from gipdocs.cli.calling import Command, Opened, PortType, WrongCall, agency_option
from gipdocs.cli.files import ENVIRONMENT, OK, REFUSED, say, show
from gipdocs.errors import SetupError
from gipdocs.listening import has_administrator, is_local, permit
from gipdocs.settings import SOCKET, Settings, read_settings

STARTING_SECONDS = 30


@click.command("doctor", cls=Command, help="检查这台机器上缺少什么，说明怎样补上")
@agency_option
def examine_machine(opened: Opened) -> int:
    """What is missing on this machine; the exit status is 3 if documents cannot be made."""
    from gipdocs.health import find_ailments

    service = opened.open_service()
    found = find_ailments(service, patience=STARTING_SECONDS)
    for ailment in found:
        show(f"{'缺失' if ailment.stops else '注意'}：{ailment.what}。处理：{ailment.cure}。")
    if any(ailment.stops for ailment in found):
        return ENVIRONMENT
    return show(f"可以使用：{len(service.registry)}种文书，机关是{service.profile.name}。")


@click.command("reload", cls=Command, help="让正在运行的服务换用磁盘上的新版本")
@click.option("--port", type=PortType(), help="服务的端口，默认8000")
def reload_service(*, port: int | None) -> int:
    """Ask a running service to continue with the files that are now on disk."""
    from gipdocs.reloading import call

    note = call(read_settings().port if port is None else port)
    if note.refused:
        return say(f"新的版本不能使用，服务仍用原来的版本。请改正后再运行gipdocs reload：\n{note.refused}", REFUSED)
    return show("服务已换用新的版本，原来的请求都已答复完毕。")


@click.command("serve", cls=Command, help="启动服务")
@agency_option
@click.option("--converter", is_flag=True, help="只作为转换节点，经GIPDOCS_ENGINE为其他计算机把DOCX转换为PDF")
@click.option("--host", metavar="HOST", help="监听的IP地址，或者unix:加上套接字的路径；本机以外的地址要具备条件")
@click.option("--port", type=PortType(), help="端口，默认8000")
def serve_documents(opened: Opened, *, converter: bool, host: str | None, port: int | None) -> int:
    """Run the service, or a node that converts for others, until it is told to stop."""
    settings = read_settings()
    if converter:
        return _serve_node(settings, listening=bool(host or port))
    host, port = host or settings.host, settings.port if port is None else port
    if not 1 <= port <= 65535:
        raise WrongCall("端口应为1至65535之间的整数。")
    if not is_local(host):
        try:
            permit(settings, [host], administrators=has_administrator(settings))
        except SetupError as error:
            raise WrongCall(str(error)) from error
    if not host.startswith(SOCKET) and not _is_free(host, port):
        return say(
            f"{host}的{port}端口已被占用：服务可能已经在运行；要用别的端口，请用--port或者GIPDOCS_PORT。", ENVIRONMENT
        )
    if opened.agency:
        os.environ["GIPDOCS_AGENCY"] = str(opened.agency.resolve())
    from gipdocs.serving import serve

    serve(read_settings(), _bind(host, port))
    return OK


def _serve_node(settings: Settings, *, listening: bool) -> int:
    if not settings.engine:
        raise WrongCall("转换节点从GIPDOCS_ENGINE所指的服务器领取文书，请先设置这个变量。")
    if listening:
        raise WrongCall("转换节点不监听端口，请去掉--host和--port。")
    from gipdocs.serving import serve_node

    serve_node(settings)
    return OK


def _bind(host: str, port: int) -> str:
    """Where to listen, as gunicorn spells it."""
    if host.startswith(SOCKET):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
