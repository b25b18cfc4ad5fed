"""Channels to the held kernel that are open and tried before anybody connects: the first WebSocket takes them over.

Opening them at the connection costs four sockets and a request to the kernel and back, twice: a third of the time until a
reader's first cell runs.
"""
import asyncio
from concurrent.futures import Future

from explained_errors import SessionWebsocketConnection
from jupyter_client.session import Session

NAMES = ("iopub", "shell", "control", "stdin")
# A subscription that is on its way when the kernel speaks misses what it says: then it is asked again.
ASK_AGAIN_SECONDS = 0.25


class OpenChannels:
    """One stream for each channel of a running kernel, all of one identity, as a WebSocket's connection has them."""

    def __init__(self, manager):
        self._process = manager.provisioner.pid
        identity = Session().bsession
        self._streams = {name: getattr(manager, "connect_" + name)(identity=identity) for name in NAMES}
        for name, stream in self._streams.items():
            stream.channel = name

    async def tried(self, manager, timeout):
        """Waits until the kernel answers on them; gives what it tells of itself. Raises asyncio.TimeoutError."""
        loop = asyncio.get_running_loop()
        info, spoken = loop.create_future(), loop.create_future()

        def answer(parts):
            _, parts = manager.session.feed_identities(parts)
            if not info.done():
                info.set_result(manager.session.deserialize(parts)["content"])

        def speak(_parts):
            if not spoken.done():
                spoken.set_result(None)

        self._streams["shell"].on_recv(answer)
        self._streams["iopub"].on_recv(speak)
        both = asyncio.gather(info, spoken)
        end = loop.time() + timeout
        while not both.done():
            if loop.time() > end:
                both.cancel()
                raise asyncio.TimeoutError
            manager.session.send(self._streams["shell"], "kernel_info_request")
            await asyncio.wait([both], timeout=ASK_AGAIN_SECONDS)
        # What the kernel says until somebody connects concerns nobody.
        for stream in self._streams.values():
            stream.on_recv(lambda _parts: None)
        return info.result()

    def take(self, manager):
        """The streams by name, for whoever connects; None where the kernel's process is not the same any more."""
        if manager.provisioner.pid != self._process:
            self.close()
            return None
        for stream in self._streams.values():
            stream.stop_on_recv()
        return self._streams

    def close(self):
        for stream in self._streams.values():
            if not stream.closed():
                stream.close()


def note_kernel_info(manager, info):
    """Spares the first connection the question: jupyter_server keeps the answer under this name."""
    known = Future()
    known.set_result(info)
    manager._kernel_info_future = known


class SessionKernelConnection(SessionWebsocketConnection):
    """As any of a session, but the first one to the held kernel finds its channels open."""

    _found_open = False

    def create_stream(self):
        streams = self.multi_kernel_manager.take_channels(self.kernel_id)
        if streams is None:
            super().create_stream()
            return
        self.channels = streams
        self._found_open = True

    def nudge(self):
        if not self._found_open:
            return super().nudge()
        # They were tried when they were opened.
        self._found_open = False
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done
