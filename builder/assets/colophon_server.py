"""What Colophon adds to a session's Jupyter server, below its base URL: colophon/ready, /claim, /full, /size and /apps/NAME/."""
import asyncio
import os
import re
import subprocess

from colophon_apps import AppHandler
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from session_kernels import SessionKernelManager
from tornado import web
from workspace_limit import LIMIT
from workspace_size import measure

KEPT = "/opt/colophon/postbuild"


class ReadyHandler(APIHandler):
    """Answers once the server serves and the held kernel, if there is one, is idle."""

    @web.authenticated
    async def get(self):
        kernels = self.kernel_manager
        held = await kernels.held()
        self.finish({"kernel": {"id": held, "name": kernels.held_name} if held else None})


class ClaimHandler(APIHandler):
    """Told when the workspace is in its place, by whoever put it there. May be told again."""

    # The one restoring of this server's life.
    restoring = None

    @web.authenticated
    async def post(self):
        env = variables((self.get_json_body() or {}).get("env", {}))
        root = self.settings["serverapp"].root_dir
        # The directory was entered, if at all, before the workspace was mounted over it.
        os.chdir(root)
        env["PWD"] = root
        os.environ.update(env)
        if ClaimHandler.restoring is None:
            ClaimHandler.restoring = asyncio.ensure_future(restore(root))
        await asyncio.shield(ClaimHandler.restoring)
        self.kernel_manager.move_held(root, env)
        self.finish({})


class FullHandler(APIHandler):
    """Told whether the workspace has reached its limit: `{message}`, what to tell the person, or null."""

    @web.authenticated
    async def post(self):
        message = (self.get_json_body() or {}).get("message")
        if message is not None and not isinstance(message, str):
            raise web.HTTPError(400, "message must be a text or null")
        LIMIT.set(message)
        self.event_logger.emit(schema_id=FULL_EVENT["$id"], data={"message": message})
        self.finish({})


class SizeHandler(APIHandler):
    """Says how large the session's files are, to whoever cannot look."""

    @web.authenticated
    async def get(self):
        root = self.settings["serverapp"].root_dir
        self.finish(await asyncio.get_running_loop().run_in_executor(None, measure, root))


# What the page of JupyterLab hears of (see lab-extension.js).
FULL_EVENT = {
    "$id": "https://schema.colophon/workspace-full/v1",
    "version": "1",
    "title": "Workspace full",
    "type": "object",
    "properties": {"message": {"type": ["string", "null"], "title": "Message"}},
}


def variables(env):
    if not isinstance(env, dict):
        raise web.HTTPError(400, "env must be an object")
    for name, value in env.items():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or not isinstance(value, str) or "\0" in value:
            raise web.HTTPError(400, "env must give variables their texts")
    return dict(env)


async def restore(root):
    """Gives the workspace what postBuild made, as `serve` does where the workspace is there from the start."""
    if os.path.isdir(KEPT) and os.listdir(KEPT):
        command = ["/opt/colophon/bin/restore", root]
        await asyncio.get_running_loop().run_in_executor(None, subprocess.call, command)


def _jupyter_server_extension_points():
    return [{"module": "colophon_server"}]


def _load_jupyter_server_extension(app):
    if not isinstance(app.kernel_manager, SessionKernelManager):
        return
    # Now: pages hear only of what was known when they began to listen.
    app.event_logger.register_event_schema(FULL_EVENT)
    here = url_path_join(app.web_app.settings["base_url"], "colophon")
    ours = [("/ready", ReadyHandler), ("/claim", ClaimHandler), ("/full", FullHandler), ("/size", SizeHandler), ("/apps/([a-z]+)(/.*)?", AppHandler)]
    app.web_app.add_handlers(".*$", [(here + path, handler) for path, handler in ours])
    app.web_app.settings.setdefault("page_config_data", {})["colophonPortal"] = os.environ.get("COLOPHON_PORTAL_ORIGIN", "")
    if app.kernel_manager.early:
        for_later = os.environ.get("COLOPHON_CLAIM") == "1"
        app.io_loop.add_callback(app.kernel_manager.adopt, for_later)
