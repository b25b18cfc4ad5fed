"""A kernel that runs before anybody asked for it: how Jupyter's server takes it over, and how it is told where it is."""
import asyncio
import json
import os
import shlex
import signal

from jupyter_client.connect import LocalPortCache
from jupyter_client.provisioning import LocalProvisioner


class RunningProcess:
    """What jupyter_client uses of a Popen, for a child of ours that early_kernel.py started."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid
        self.returncode = None

    def poll(self):
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.returncode = -1
            else:
                if pid:
                    self._note(status)
        return self.returncode

    def wait(self):
        if self.poll() is None:
            self._note(os.waitpid(self.pid, 0)[1])
        return self.returncode

    def _note(self, status):
        self.returncode = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)

    def send_signal(self, number):
        # Once it was waited for, its number may be somebody else's.
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


class AdoptingProvisioner(LocalProvisioner):
    """Launches by taking over the process that runs already; launched again, after a restart, it starts one."""

    running = None

    async def pre_launch(self, **kwargs):
        if self.running:
            manager = self.parent
            with open(self.running["file"], encoding="utf-8") as file:
                connection = json.load(file)
            manager.load_connection_info(connection)
            manager.connection_file = self.running["file"]
            # So that it is removed with the kernel, and a restart uses the same ports.
            manager._connection_file_written = True
            LocalPortCache.instance().currently_used_ports.update(manager.ports)
            self.ports_cached = True
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        running, self.running = self.running, None
        if not running:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = RunningProcess(running["pid"])
        if self.process.poll() is not None:
            raise RuntimeError("the kernel that was started ahead has ended")
        # It leads a session, and so a process group, of its own.
        self.pid = self.pgid = running["pid"]
        self.cwd = running["cwd"]
        return self.connection_info


def _text(value):
    """A string literal that R, Julia, Octave and JavaScript read alike."""
    return json.dumps(value, ensure_ascii=False)


def _julia(value):
    return _text(value).replace("$", "\\$")


def _python(cwd, env):
    lines = ["import os as _colophon", "_colophon.environ.update(" + repr(env) + ")"]
    if "JPY_SESSION_NAME" in env:
        lines.append("__session__ = " + repr(env["JPY_SESSION_NAME"]))
    lines += ["_colophon.chdir(" + repr(cwd) + ")", "del _colophon"]
    # IPython's list of the directories that were visited.
    lines += ["try: _dh[:] = [" + repr(cwd) + "]", "except NameError: pass"]
    return "\n".join(lines)


def _r(cwd, env):
    return "".join("Sys.setenv(`%s` = %s); " % (name, _text(value)) for name, value in env.items()) + "setwd(%s)" % _text(cwd)


def _octave(cwd, env):
    return "".join("setenv(%s, %s); " % (_text(name), _text(value)) for name, value in env.items()) + "cd(%s);" % _text(cwd)


def _javascript(cwd, env):
    code = "".join(
        "globalThis.Deno ? Deno.env.set(%s, %s) : process.env[%s] = %s; " % ((_text(name), _text(value)) * 2)
        for name, value in env.items()
    )
    return code + "(globalThis.Deno ?? process).chdir(%s);" % _text(cwd)


MOVES = {
    "python": _python,
    "r": _r,
    "julia": lambda cwd, env: "".join("ENV[%s] = %s; " % (_julia(k), _julia(v)) for k, v in env.items()) + "cd(%s)" % _julia(cwd),
    "octave": _octave,
    "bash": lambda cwd, env: "".join("export %s=%s; " % (k, shlex.quote(v)) for k, v in env.items()) + "cd -- " + shlex.quote(cwd),
    "javascript": _javascript,
    "typescript": _javascript,
}


async def ask(manager, kind, content, timeout):
    """Sends a request on a shell channel of its own and gives the reply's content."""
    stream = manager.connect_shell()
    reply = asyncio.get_running_loop().create_future()
    request = manager.session.msg(kind, content)

    def hear(parts):
        _, parts = manager.session.feed_identities(parts)
        message = manager.session.deserialize(parts)
        if message["parent_header"].get("msg_id") == request["header"]["msg_id"] and not reply.done():
            reply.set_result(message["content"])

    stream.on_recv(hear)
    try:
        manager.session.send(stream, request)
        return await asyncio.wait_for(reply, timeout)
    finally:
        stream.close()


async def move(manager, cwd, env):
    """Changes a running kernel's directory and variables, unseen. Gives whether it did."""
    code = MOVES[manager.kernel_spec.language.lower()](cwd, env)
    content = {"code": code, "silent": True, "store_history": False, "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}
    try:
        reply = await ask(manager, "execute_request", content, 10)
    except asyncio.TimeoutError:
        return False
    return reply.get("status") == "ok"
