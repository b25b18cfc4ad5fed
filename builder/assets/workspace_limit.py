"""Makes the limit of a workspace bite inside its session: nothing that runs in it can write, and saving says why.

Who measures is outside, and tells by POST colophon/full. Processes of the session get a file size limit of next to nothing:
each larger write to a file fails, while deleting works, which is the way out. That holds for open files too, where remounting the
folder read-only would be refused by the engine's host as busy. A process can lift its own limit again; a session that goes
on growing is ended from outside, with its files kept.
"""
import json
import os
import resource

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado import web
from tornado.ioloop import PeriodicCallback

# What of open documents may still be saved when nothing else may be written, so that nobody's typing is lost.
SPARE = 8 * 1024 * 1024
# Bytes of a file that a process may still write: without temporary files, or IPython its history, nothing goes on well.
LITTLE = 65536


class Limit:
    """Whether the workspace is full, and what follows from it."""

    def __init__(self):
        self.message = None
        self.spare = SPARE
        self._limited = set()
        self._again = PeriodicCallback(self._limit_all, 1000)

    def set(self, message):
        """`message`: what to tell whoever saves; None when there is room again."""
        if message and not self.message:
            self.spare = SPARE
        self.message = message
        if message:
            self._limit_all()
            self._again.start()
        else:
            self._again.stop()
            for pid in self._limited:
                _set_file_size(pid, resource.RLIM_INFINITY)
            self._limited.clear()

    def _limit_all(self):
        # The server writes documents itself, and this is asked before each; its parents write nothing.
        own = {os.getpid(), os.getppid(), 1}
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) not in own:
                if _set_file_size(int(name), LITTLE):
                    self._limited.add(int(name))

    def check(self, growth, is_document):
        """Raises HTTPError 507 unless so many bytes more may be written."""
        if not self.message or growth <= 0:
            return
        if is_document and growth <= self.spare:
            self.spare -= growth
            return
        raise web.HTTPError(507, self.message)


def _set_file_size(pid, soft):
    """Gives whether it could be set: the process may have ended, or be somebody else's."""
    try:
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    except (OSError, ValueError):
        return False
    return True


LIMIT = Limit()


class SessionContentsManager(AsyncLargeFileManager):
    """Refuses what would make a full workspace grow, and says so."""

    async def save(self, model, path=""):
        if LIMIT.message:
            old = self._size(path)
            content = model.get("content")
            size = len(content) if isinstance(content, str) else 0
            if model.get("type") == "notebook":
                size = len(json.dumps(content))
            is_document = old is not None and model.get("chunk") is None
            LIMIT.check(size - (old or 0) if model.get("chunk") is None else size, is_document)
        return await super().save(model, path)

    async def copy(self, from_path, to_path=None):
        LIMIT.check(self._size(from_path) or 1, False)
        return await super().copy(from_path, to_path)

    def _size(self, path):
        try:
            return os.path.getsize(self._get_os_path(path.strip("/")))
        except OSError:
            return None
