"""How gunicorn serves the portal: `gunicorn -c python:alliance.webserver alliance.wsgi:application`."""

import os
import shutil
import tempfile
from logging.config import dictConfig
from pathlib import Path

from gunicorn.glogging import Logger

from alliance import env
from alliance.core import logs

# Each process counts into files of this folder, so that one answer of /metrics speaks for all of them. It has to be
# named before prometheus_client is imported anywhere.
_counters = os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", f"{tempfile.gettempdir()}/portal-metrics-{os.getpid()}")

bind = env.text("BIND", "0.0.0.0:8000")
workers = env.number("WEB_PROCESSES", 2)
worker_class = "gthread"
threads = env.number("WEB_THREADS", 4)
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
timeout = 60
graceful_timeout = 20
# Longer than the proxy keeps its own end open, so that it never writes into a connection that is being closed.
keepalive = 75
max_requests = 20_000
max_requests_jitter = 2_000
# The portal itself answers an address of 10,000 characters, in the reader's language.
limit_request_line = 0
control_socket_disable = True
# One line for each request comes from alliance/core/weblog.py, whatever server runs it.
accesslog = None
# The proxy says who asks; Django decides how many proxies to believe (TRUSTED_PROXY_COUNT).
forwarded_allow_ips = "*"


def on_starting(server):
    shutil.rmtree(_counters, ignore_errors=True)
    Path(_counters).mkdir(mode=0o700, parents=True)


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    shutil.rmtree(_counters, ignore_errors=True)


class ServerLog(Logger):
    """What the server itself has to say goes where the portal's lines go. It writes none for each request."""

    def setup(self, cfg):
        dictConfig(logs.config(env.text("LOG_LEVEL", "INFO"), env.choice("LOG_FORMAT", "json", "json lines")))
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, resp, req, environ, request_time):
        pass


logger_class = ServerLog
