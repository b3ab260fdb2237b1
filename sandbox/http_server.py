"""A small HTTP/1.1 server on loopback, one thread a connection, that can also misbehave on purpose."""

import socket
import struct
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.exchange import Answer, Request
from sandbox.tenant import Handler, Tenant

HOST = "127.0.0.1"


class LoopbackServer:
    """Serves one tenant's API until `close`. `port` 0 takes any free one."""

    def __init__(self, handler: Handler, tenant: Tenant, port: int = 0) -> None:
        self.failures: list[BaseException] = []
        """Errors of the sandbox itself; a test that finds one has found a fault in the sandbox."""
        self._server = _Server((HOST, port), handler, tenant, self.failures)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The root, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def close(self) -> None:
        """Stop listening and drop all connections."""
        self._server.shutdown()
        self._server.server_close()
        self._server.drop_connections()
        self._thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    allow_reuse_address = True

    def __init__(
        self, address: tuple[str, int], handler: Handler, tenant: Tenant, failures: list[BaseException]
    ) -> None:
        super().__init__(address, _Connection)
        self.handler = handler
        self.tenant = tenant
        self.failures = failures
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()

    def server_bind(self) -> None:
        """As any TCP server does: the one of http.server would ask a name server who this machine is."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        with self._connections_lock:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the caller was faster

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the interface of socketserver
        return  # a caller that hangs up is no failure; those of the sandbox are collected where they happen


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002 - the interface of http.server
        return

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _serve(self, body: bytes) -> None:
        try:
            self._send(self.server.handler(self._request(body)))
        except OSError:
            self.close_connection = True  # the caller hung up
        except Exception as failure:  # noqa: BLE001 - a test must see it, whatever it is
            self.server.failures.append(failure)
            self._send(
                Answer(
                    status=500,
                    body=f"The sandbox itself failed: {failure!r}".encode(),
                    content_type="text/plain",
                )
            )

    def _request(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, parts.path, query, headers, body)

    def _send(self, answer: Answer) -> None:
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        ends_early = answer.send_only is not None or answer.without_length
        lines = [
            f"HTTP/1.1 {answer.status} {_reason(answer.status)}",
            f"Date: {self.server.tenant.date_header()}",
        ]
        if answer.content_type:
            lines.append(f"Content-Type: {answer.content_type}")
        if not answer.without_length and answer.status != HTTPStatus.NO_CONTENT:
            length = len(answer.body) if answer.declared_length is None else answer.declared_length
            lines.append(f"Content-Length: {length}")
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if ends_early:
            lines.append("Connection: close")
            self.close_connection = True
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        body = answer.body if answer.send_only is None else answer.body[: answer.send_only]
        self.connection.sendall(head + body)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
