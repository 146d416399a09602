"""Function processes: invocation overhead, environment, and one log that people can read.

stock behaviour                                             here
the Runtime API answers headers and body in two packets,    TCP_NODELAY
  which Nagle and delayed ACK turn into 40 ms an invocation
waits 50 ms for log output after a silent invocation        8 ms; late lines join the next invocation's
a function inherits the emulator's own settings             only what AWS sets, and what Terraform configured
one CloudWatch stream an invocation, kept forever           the latest 200 a group, and a plain log file
"""

import json
import os
import socketserver
import threading
import time

from ministack.core import lambda_runtime
from ministack.services import cloudwatch_logs, lambda_svc

STREAMS_KEPT = 200
# What the launching environment gives to functions; everything else of it belongs to the emulator.
INHERITED = {"PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "RUST_BACKTRACE"}


def install(function_log: str | None) -> None:
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    _shorten_log_wait()
    _clean_environment()
    _keep_logs(function_log)


def _shorten_log_wait() -> None:
    drain = lambda_runtime.Worker._drain_stderr_bounded

    def drain_quickly(self, first_line_wait=0.008, idle_confirm=0.002, hard_cap=0.250):
        return drain(self, first_line_wait, idle_confirm, hard_cap)

    lambda_runtime.Worker._drain_stderr_bounded = drain_quickly


def _clean_environment() -> None:
    build = lambda_svc._provided_worker_env

    def build_clean(config, code_dir, port):
        configured = (config.get("Environment") or {}).get("Variables") or {}
        everything = build(config, code_dir, port)
        return {
            name: value
            for name, value in everything.items()
            if name in configured or name in INHERITED or name.startswith(("AWS_", "_HANDLER", "LAMBDA_TASK_ROOT"))
        }

    lambda_svc._provided_worker_env = build_clean


def _keep_logs(function_log: str | None) -> None:
    emit = lambda_svc._emit_lambda_logs
    lock = threading.Lock()
    out = open(function_log, "a", encoding="utf-8", buffering=1) if function_log else None

    def emit_and_keep(func, request_id, log_text, error, duration_ms, **kwargs):
        emit(func, request_id, log_text, error, duration_ms, **kwargs)
        config = func.get("config") or func
        name = config.get("FunctionName", "unknown")
        group_name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
        group = cloudwatch_logs._log_groups.get(group_name)
        with lock:
            for stale in list((group or {}).get("streams", {}))[:-STREAMS_KEPT]:
                group["streams"].pop(stale, None)
            if out is None:
                return
            now = time.time()
            for line in (log_text or "").splitlines():
                if line.strip():
                    out.write(json.dumps({"at": now, "function": name, "request": request_id, "line": line}) + "\n")
            if error:
                text = f"invocation failed after {duration_ms} ms"
                out.write(json.dumps({"at": now, "function": name, "request": request_id, "line": text}) + "\n")

    lambda_svc._emit_lambda_logs = emit_and_keep
