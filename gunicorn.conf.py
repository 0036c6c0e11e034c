"""How gunicorn serves gipdocs: on this machine unless it may listen elsewhere, and with nothing personal in its log."""

import gc
import signal
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.workers.base import Worker

from gipdocs.early import is_early
from gipdocs.errors import GipdocsError, SetupError, locate
from gipdocs.faces import largest_body
from gipdocs.listening import has_administrator, is_local, mention_shared_address, permit
from gipdocs.logs import wants_json
from gipdocs.pdf.options import Options
from gipdocs.preloading import has_everything, import_everything
from gipdocs.reloading import forget, is_ending, is_resumed, prepare, take_over
from gipdocs.settings import keep_secret_key

wsgi_app = "wsgi:application"
bind = "127.0.0.1:8000"

# Processes fill documents, threads wait for the converter. Each process has more threads than documents may be in the
# converter at all: however the connections fall, the queue can fill up, and some are left that answer for health.
workers = 2
preload_app = True
worker_class = "gipdocs.patience.PatientWorker"
threads = Options().queue_length + Options().workers + 8

# All processes must accept the forms that one of them signed.
keep_secret_key()

# A conversion has its own, shorter limit; this one catches a process that no longer answers at all.
timeout = 60
graceful_timeout = 30
keepalive = 5

# No header of a request says under which path it is served; whose word on scheme, name and address counts, the
# application decides by GIPDOCS_PROXY_FROM.
forwarder_headers = ""
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}

PATIENCE_SECONDS = 3.0

# No gunicorn control socket: signals are enough, and a socket is one thing more to guard.
control_socket_disable = True
# A Unix socket to listen on is open to the user's group, so that the proxy of that group can come in.
umask = 0o007

# One line a request, which says nothing of who asked for what; GIPDOCS_LOG chooses between text and JSON.
accesslog = "-"
logger_class = "gipdocs.logs.Log"

DOORS = (
    ("citizen", "申请人入口 / citizens' counter    ", "/"),
    ("staff", "工作台 / staff desk              ", "/desk/"),
    ("api", "接口文档 / API documentation      ", "/api/docs"),
)


def on_starting(server: Arbiter) -> None:
    """Stop where the service may not listen, whatever the command line asks for."""
    leave_out_of_collection()
    prepare(server)
    demand(server, server.cfg.address)


def when_ready(server: Arbiter) -> None:
    """This version serves from now on: the open cases follow its law, and former workers finish."""
    demand(server, [listener.sock.getsockname() for listener in server.LISTENERS])  # some may have been handed over
    mention_shared_address(server.app.wsgi().extensions["gipdocs"].settings)
    if not is_early(server.app.wsgi()):
        begin(server)
    take_over(server)


def begin(server: Arbiter) -> None:
    """Serve with the whole application from now on."""
    from gipdocs.app import begin_serving  # takes long to load, as all that the early application does without

    begin_serving(server.app.wsgi())


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Let the first process answer while the rest of the program is being loaded for those that share it, then replace it.

    Under `gipdocs serve` alone: for `wsgi:application`, and where a new version takes over, everything is loaded by then.
    What can't be loaded ends the service and says why, as at any other start.
    """
    if has_everything() or (worker.age == 1 and server.num_workers > 1):
        return
    gc.disable()
    try:
        import_everything()
        if not is_ending(server) and server.app.complete():
            begin(server)
            server.app.first = worker.age
    except Exception as error:
        known = isinstance(error, GipdocsError)
        fault = f"程序不能装入 / the program can't be loaded: {type(error).__name__}: {error} at {locate(error)}"
        raise HaltServer(str(error) if known else fault, server.WORKER_BOOT_ERROR) from error
    leave_out_of_collection()
    for pid in [*server.WORKERS]:
        server.kill_worker(pid, signal.SIGTERM)  # it answers what it has been asked


def leave_out_of_collection() -> None:
    """Have no process ever look for garbage among what has been loaded, which stays until the end."""
    gc.freeze()
    gc.enable()


def demand(server: Arbiter, addresses: Iterable[tuple[str, int] | str]) -> None:
    """End the server unless it may listen on these addresses."""
    settings = server.app.wsgi().extensions["gipdocs"].settings
    hosts = {address[0] if isinstance(address, tuple) else f"unix:{address}" for address in addresses}
    if all(map(is_local, hosts)):
        return
    try:
        # A service that takes over has been permitted already, and must not end because an account was locked since.
        permit(settings, hosts, administrators=is_resumed() or has_administrator(settings))
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def on_exit(server: Arbiter) -> None:
    """Leave nothing behind: the files of a running service, and the process that works on batches."""
    forget(server)
    if server.app.callable is not None and not is_early(server.app.callable):
        from gipdocs.app import leave_batches

        leave_batches(server.app.callable)


def post_worker_init(worker: Worker) -> None:
    """Let a new process take what the application takes, count what it answers, and see to what nobody waits for.

    The first one with the whole application says that the service is running.
    """
    worker.largest_body = largest_body(worker.app.wsgi())
    worker.count = worker.app.wsgi().extensions["gipdocs-traffic"].count
    if is_early(worker.app.wsgi()):
        return
    from gipdocs.app import watch_batches
    from gipdocs.web.sizes import measure

    # The citizens' page tells how large files are; whoever waits for a first document goes first.
    worker.measuring = threading.Timer(PATIENCE_SECONDS, measure, (worker.app.wsgi(),))
    worker.measuring.daemon = True
    worker.measuring.start()
    watch_batches(worker.app.wsgi())
    if worker.age == getattr(worker.app, "first", 1):
        welcome(worker)


def worker_exit(_: Arbiter, worker: Worker) -> None:
    """Let what is being measured come to its end: cut off within the PDF library, it would abort the process."""
    if measuring := getattr(worker, "measuring", None):
        measuring.cancel()
        measuring.join(worker.cfg.graceful_timeout)


def welcome(worker: Worker) -> None:
    """Tell whoever started the service where it is and what to try."""
    settings = worker.app.wsgi().extensions["gipdocs"].settings
    listening = str(worker.sockets[0])
    if wants_json():
        worker.log.info("the service is running: %s", listening)
        return
    address = settings.url.rstrip("/") or listening
    doors = "".join(f"  {said}{address}{path}\n" for door, said, path in DOORS if door in settings.doors)
    with suppress(OSError, AttributeError):  # nobody reads it any more
        sys.stderr.write(
            f"""
服务已启动 / the service is running: {listening if listening.startswith("unix:") else f"{listening}/"}

{doors}  命令行 / command line             .venv/bin/gipdocs list

按 Ctrl+C 停止 / press Ctrl+C to stop

"""
        )
