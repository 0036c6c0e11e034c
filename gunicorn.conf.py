"""How gunicorn serves gipdocs: on the loopback address only, and with nothing personal in its log."""

import gc
import os
import secrets
import sys
import threading

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from gipdocs.app import begin_serving
from gipdocs.logs import wants_json
from gipdocs.pdf.options import Options
from gipdocs.reloading import forget as on_exit  # noqa: F401  # gunicorn looks for this name
from gipdocs.reloading import prepare, take_over
from gipdocs.settings import is_loopback
from gipdocs.web.sizes import measure

wsgi_app = "wsgi:application"
bind = "127.0.0.1:8000"

# Processes fill documents, threads wait for the converter. Each process has more threads than documents may be in the
# converter at all: however the connections fall, the queue can fill up, and some are left that answer for health.
workers = 2
preload_app = True
worker_class = "gipdocs.patience.PatientWorker"
threads = Options().queue_length + Options().workers + 8

# All processes must accept the forms that one of them signed.
os.environ.setdefault("GIPDOCS_SECRET_KEY", secrets.token_hex(32))

# A conversion has its own, shorter limit; this one catches a process that no longer answers at all.
timeout = 60
graceful_timeout = 30
keepalive = 5

# No header of a request says under which path it is served.
forwarder_headers = ""

PATIENCE_SECONDS = 3.0

# No gunicorn control socket: signals are enough, and a socket is one thing more to guard.
control_socket_disable = True
umask = 0o077

# One line a request, which says nothing of who asked for what; GIPDOCS_LOG chooses between text and JSON.
accesslog = "-"
logger_class = "gipdocs.logs.Log"


def on_starting(server: Arbiter) -> None:
    """Without accounts nobody but this machine may reach the service, whatever the command line asks for."""
    # What has been loaded stays until the end: no process needs to look at it again for garbage.
    gc.collect()
    gc.freeze()
    prepare(server)
    for address in server.cfg.address:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if not is_loopback(host):
            sys.stderr.write(f"{host}不是本机回环地址；服务还没有账号管理，只允许在本机访问，请用127.0.0.1。\n")
            sys.exit(2)


def when_ready(server: Arbiter) -> None:
    """This version serves from now on: the open cases follow its law, and former workers finish."""
    begin_serving(server.app.wsgi())
    take_over(server)


def post_worker_init(worker: Worker) -> None:
    """Tells whoever started the service where it is and what to try, once its first process has loaded."""
    worker.largest_body = worker.app.wsgi().config["MAX_CONTENT_LENGTH"]
    worker.count = worker.app.wsgi().extensions["gipdocs-traffic"].count
    # The citizens' page tells how large files are; whoever waits for a first document goes first.
    measuring = threading.Timer(PATIENCE_SECONDS, measure, (worker.app.wsgi(),))
    measuring.daemon = True
    measuring.start()
    if worker.age > 1:
        return
    address = str(worker.sockets[0])
    if wants_json():
        worker.log.info("the service is running: %s/", address)
        return
    sys.stderr.write(
        f"""
服务已启动 / the service is running: {address}/

  申请人入口 / citizens' counter    {address}/
  工作台 / staff desk              {address}/desk/
  接口文档 / API documentation      {address}/api/docs
  命令行 / command line             .venv/bin/gipdocs list

按 Ctrl+C 停止 / press Ctrl+C to stop

"""
    )
