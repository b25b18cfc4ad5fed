"""Starts web applications of the author's environment inside a session: Voilà, what a Procfile says, code-server."""
import asyncio
import os
import re
import shutil
import socket

# Seconds for an application to listen: imports of a large one from a cold disk included.
START_SECONDS = 60
LOG_BYTES = 8192
CHUNK = 65536


class CannotRun(Exception):
    """Says to a person why an application does not run."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def voila(root, port, prefix):
    command = program("voila", "Add voila to requirements.txt.")
    address = ["--Voila.ip=127.0.0.1", "--port=%d" % port, "--Voila.port_retries=0", "--Voila.base_url=" + prefix]
    return [command, "--no-browser", *address, root]


def procfile(root, port, prefix):
    """The command of the line `web: …` in a Procfile, beside the notebook or where the environment is declared."""
    for folder in ["binder", ".binder", "."]:
        path = os.path.join(root, folder, "Procfile")
        if os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                found = re.search(r"^web:[ \t]*(\S.*)$", file.read(CHUNK), re.MULTILINE)
            if found:
                # The author's own code, in the sandbox that runs all of it.
                return ["/bin/sh", "-c", found[1]]
    raise CannotRun(404, "These files have no application: a Procfile with a line `web: command` declares one.")


def vscode(root, port, prefix):
    command = program("code-server", "Install code-server from npm in postBuild.")
    quiet = ["--disable-telemetry", "--disable-update-check"]
    return [command, "--auth", "none", "--bind-addr", "127.0.0.1:%d" % port, *quiet, root]


def program(name, hint):
    found = shutil.which(name)
    if found is None:
        raise CannotRun(404, "This environment has no %s. %s" % (name, hint))
    return found


# Name in addresses: how its command is found, and whether it knows the prefix of its addresses by itself.
APPS = {"voila": (voila, True), "app": (procfile, False), "vscode": (vscode, False)}


class Application:
    """A running application."""

    # What runs, or is being started, by name.
    _started = {}

    @classmethod
    async def get(cls, name, root, prefix):
        """The one of this name, once it listens. Throws CannotRun."""
        starting = cls._started.get(name)
        if starting is None or (starting.done() and not cls._lives(starting)):
            starting = cls._started[name] = asyncio.ensure_future(cls._start(name, root, prefix))
        # Who asked first may go away while others wait.
        return await asyncio.shield(starting)

    @staticmethod
    def _lives(started):
        failed = started.cancelled() or started.exception() is not None
        return not failed and started.result().process.returncode is None

    @classmethod
    async def _start(cls, name, root, prefix):
        self = cls()
        self.port = free_port()
        self.log = b""
        command, self.keeps_prefix = APPS[name]
        argv = command(root, self.port, prefix)
        env = dict(os.environ, PORT=str(self.port), COLOPHON_APP_PREFIX=prefix, PWD=root)
        self.process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=root,
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self.reading = asyncio.ensure_future(self._read_log())
        try:
            await asyncio.wait_for(self._listens(), START_SECONDS)
        except asyncio.TimeoutError:
            kill(self.process.pid)
            raise CannotRun(502, self._said("did not answer within %d seconds" % START_SECONDS)) from None
        return self

    async def _read_log(self):
        while True:
            chunk = await self.process.stdout.read(CHUNK)
            if not chunk:
                return
            self.log = (self.log + chunk)[-LOG_BYTES:]

    async def _listens(self):
        while self.process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
        # Children of it may hold the log open.
        await asyncio.wait([self.reading], timeout=1)
        raise CannotRun(502, self._said("ended with exit code %d" % self.process.returncode))

    def _said(self, what):
        lines = self.log.decode("utf-8", "replace").splitlines()[-40:]
        return "The application %s. Its last lines:\n\n%s" % (what, "\n".join(lines))

    async def connect(self):
        """A stream to it."""
        from tornado.tcpclient import TCPClient

        return await TCPClient().connect("127.0.0.1", self.port)


async def reach(name, root, prefix):
    """The application of this name, and a stream to it. Throws CannotRun, and OSError where it does not listen."""
    app = await Application.get(name, root, prefix)
    try:
        return app, await app.connect()
    except OSError:
        # It may have ended just now, and be started anew.
        await asyncio.wait([asyncio.ensure_future(app.process.wait())], timeout=1)
    app = await Application.get(name, root, prefix)
    return app, await app.connect()


def kill(group):
    try:
        os.killpg(group, 9)
    except ProcessLookupError:
        # It ended by itself meanwhile.
        return


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
