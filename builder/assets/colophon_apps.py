"""Other web applications of the environment, below colophon/apps/NAME/ of a session's server.

One is started by the first request for it, on a port that only this container sees, and then passed on to: requests and
answers as they stream, WebSockets as bytes. It never learns the server's token.
"""
import asyncio
import re

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from running_app import APPS, CannotRun, reach
from tornado import web
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine
from tornado.iostream import StreamClosedError

CHUNK = 65536
UNLIMITED = 1 << 60

# RFC 9110, 7.6.1; and what is between the gateway and this server.
HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"}
HOP |= {"te", "trailer", "transfer-encoding", "upgrade", "expect", "authorization"}


@web.stream_request_body
class AppHandler(JupyterHandler):
    """Starts the application of the address where it does not run, and passes the request on to it."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    upstream = None

    async def prepare(self):
        await super().prepare()
        if self._finished:
            return
        if self.current_user is None:
            self.say(403, "This needs the session's token.")
            return
        self.request.connection.set_max_body_size(UNLIMITED)
        name = self.path_args[0]
        if name not in APPS:
            self.say(404, "There is no application of that name.")
            return
        self.prefix = url_path_join(self.base_url, "colophon/apps", name) + "/"
        if self.path_args[1] is None:
            query = "?" + self.request.query if self.request.query else ""
            self.set_header("Location", self.prefix + query)
            self.say(302, "It is below this address.")
            return
        try:
            self.app, self.upstream = await reach(name, self.settings["serverapp"].root_dir, self.prefix)
        except CannotRun as error:
            self.say(error.status, str(error))
            return
        except OSError:
            self.say(502, "The application does not answer.")
            return
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            await self.begin()

    def say(self, status, message):
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        # tornado closes a connection that it answered before it read all, and the gateway must not use it again.
        self.set_header("Connection", "close")
        self.finish(message + "\n")

    def target(self):
        """The address as the application knows it."""
        if self.app.keeps_prefix:
            return self.request.uri
        return "/" + self.request.uri[len(self.prefix) :]

    def passed_on(self):
        headers = HTTPHeaders()
        named = {one.strip().lower() for one in self.request.headers.get("Connection", "").split(",")}
        for name, value in self.request.headers.get_all():
            if name.lower() not in HOP | named:
                headers.add(name, value)
        headers["X-Forwarded-Prefix"] = self.prefix.rstrip("/")
        return headers

    async def begin(self):
        from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters

        parameters = HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=UNLIMITED)
        self.connection = HTTP1Connection(self.upstream, True, parameters)
        headers = self.passed_on()
        headers["Connection"] = "close"
        line = RequestStartLine(self.request.method, self.target(), "")
        try:
            await self.connection.write_headers(line, headers)
        except StreamClosedError:
            self.say(502, "The application does not answer.")

    async def data_received(self, chunk):
        if self._finished or self.upstream is None or self.upstream.closed():
            # It has answered without wanting to hear all.
            return
        try:
            await self.connection.write(chunk)
        except StreamClosedError:
            return

    async def pass_on(self, *_):
        if self.request.headers.get("Upgrade", "").lower() == "websocket":
            await self.tunnel()
            return
        self.connection.finish()
        answer = Answer(self)
        try:
            await self.connection.read_response(answer)
        except StreamClosedError:
            answer.complete = False
        if answer.complete:
            self.finish()
        elif not answer.begun:
            self.say(502, "The application did not answer this request.")
        else:
            # Not to be mistaken for the whole of it.
            self.request.connection.close()

    get = head = post = put = patch = delete = options = pass_on

    async def tunnel(self):
        """Passes a WebSocket on: the application's own handshake, then bytes both ways, each at the slower one's pace."""
        headers = self.passed_on()
        headers["Connection"] = "Upgrade"
        headers["Upgrade"] = "websocket"
        lines = ["%s: %s" % pair for pair in headers.get_all()]
        head = "\r\n".join(["GET %s HTTP/1.1" % self.target(), *lines, "", ""])
        try:
            await self.upstream.write(head.encode("latin-1"))
            answer = await self.upstream.read_until(b"\r\n\r\n", max_bytes=CHUNK)
        except StreamClosedError:
            self.say(502, "The application did not answer this request.")
            return
        if not re.match(rb"HTTP/1\.1 101\b", answer):
            self.upstream.close()
            self.say(502, "The application has no WebSocket here.")
            return
        client = self.detach()
        for stream in [client, self.upstream]:
            stream.set_nodelay(True)
        await client.write(answer)
        await asyncio.gather(pipe(client, self.upstream), pipe(self.upstream, client))

    def on_finish(self):
        super().on_finish()
        if self.upstream is not None and self.request.headers.get("Upgrade", "").lower() != "websocket":
            self.upstream.close()

    def on_connection_close(self):
        super().on_connection_close()
        if self.upstream is not None:
            self.upstream.close()


async def pipe(source, sink):
    try:
        while True:
            await sink.write(await source.read_bytes(CHUNK, partial=True))
    except StreamClosedError:
        source.close()
        sink.close()


class Answer(HTTPMessageDelegate):
    """Gives what the application answers to whoever asked."""

    begun = complete = False

    def __init__(self, handler):
        self.handler = handler

    async def headers_received(self, start_line, headers):
        if start_line.code < 200:
            return
        handler = self.handler
        self.begun = True
        # What this server says of its own pages is not the application's.
        handler._headers = HTTPHeaders()
        handler.set_status(start_line.code, start_line.reason)
        named = {one.strip().lower() for one in headers.get("Connection", "").split(",")}
        for name, value in headers.get_all():
            if name.lower() not in HOP | named:
                handler.add_header(name, value)
        location = headers.get("Location", "")
        if location.startswith("/") and not location.startswith(("//", handler.prefix)):
            handler.set_header("Location", handler.prefix + location[1:])
        if start_line.code not in (204, 304):
            await handler.flush()

    async def data_received(self, chunk):
        self.handler.write(chunk)
        await self.handler.flush()

    def finish(self):
        self.complete = True
