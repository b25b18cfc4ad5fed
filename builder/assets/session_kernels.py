"""The kernel manager of a session's server: one kernel may be held ready, and goes to the first who wants such a one."""
import asyncio
import os

import zmq
from held_channels import OpenChannels, note_kernel_info
from held_kernel import AdoptingProvisioner, ask, move
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Dict


class SessionKernelManager(AsyncMappingKernelManager):
    """As AsyncMappingKernelManager, with `adopt` to take over a running kernel and hold it unseen until it is asked for."""

    early = Dict(help="What early_kernel.py told of the kernel it started.").tag(config=True)

    # The same once it is taken over, and whether it is still to be had.
    _running = None
    _available = False
    _adopted = _ready = _moved = None
    _channels = None

    def adopt(self, for_later=False):
        """Takes over the kernel that early_kernel.py started. Called within the event loop, before any request.

        `for_later`: nobody waits yet, so whatever the first who comes would wait for is done now.
        """
        # Its sockets may not listen yet: a lost first attempt to connect shall not cost a tenth of a second.
        self.context.setsockopt(zmq.RECONNECT_IVL, 10)
        self._running = dict(self.early)
        self._available = True
        self._adopted = asyncio.ensure_future(self._take_over())
        self._ready = asyncio.ensure_future(self._become_ready(for_later))

    async def held(self):
        """The id of the held kernel once it is idle; None where there is none (any more)."""
        if self._ready is None or not await asyncio.shield(self._ready) or not self._available:
            return None
        return self._running["id"]

    @property
    def held_name(self):
        return self._running["name"]

    def move_held(self, cwd, env):
        """Has the held kernel go to a directory and take variables; whoever gets the kernel waits for that, not the caller.

        One that cannot be told is given up.
        """
        if self._ready is not None:
            self._moved = asyncio.ensure_future(self._move(self._moved, cwd, env))

    async def _move(self, earlier, cwd, env):
        if earlier:
            await earlier
        if await asyncio.shield(self._ready) and self._running["id"] in self:
            await self._tell(cwd, env)

    async def _take_over(self):
        try:
            await super()._async_start_kernel(kernel_id=self._running["id"], kernel_name=self._running["name"])
        except Exception as error:
            self.log.warning("The kernel that was started ahead cannot be used: %r", error)
            self._available = False
            return False
        return True

    async def _become_ready(self, for_later):
        if not await self._adopted:
            return False
        manager = self.get_kernel(self._running["id"])
        try:
            if for_later:
                self._channels = OpenChannels(manager)
                note_kernel_info(manager, await self._channels.tried(manager, self.kernel_info_timeout))
                # A rehearsal: what it needs of this process and of the kernel is in memory then.
                await move(manager, self._running["cwd"], {})
            else:
                await ask(manager, "kernel_info_request", {}, self.kernel_info_timeout)
        except asyncio.TimeoutError:
            self.log.warning("The kernel that was started ahead does not answer.")
            await self._give_up()
            return False
        manager.execution_state = "idle"
        return True

    def take_channels(self, kernel_id):
        """Open channels to this kernel, for the first who connects to it; None for everybody else."""
        if self._channels is None or kernel_id != self._running["id"]:
            return None
        channels, self._channels = self._channels, None
        return channels.take(self.get_kernel(kernel_id))

    async def _give_up(self):
        self._available = False
        if self._channels is not None:
            self._channels.close()
            self._channels = None
        if self._running["id"] in self:
            await self.shutdown_kernel(self._running["id"], now=True)

    async def _tell(self, cwd, env):
        if await move(self.get_kernel(self._running["id"]), cwd, env):
            self._running["cwd"] = cwd
            return True
        self.log.warning("The kernel that was started ahead could not be told its directory.")
        await self._give_up()
        return False

    def pre_start_kernel(self, kernel_name, kwargs):
        manager, kernel_name, kernel_id = super().pre_start_kernel(kernel_name, kwargs)
        if self._running and kernel_id == self._running["id"]:
            manager.provisioner = AdoptingProvisioner(
                kernel_id=kernel_id, kernel_spec=manager.kernel_spec, parent=manager
            )
            manager.provisioner.running = self._running
        return manager, kernel_name, kernel_id

    async def _async_start_kernel(self, *, kernel_id=None, path=None, **kwargs):
        name = kwargs.get("kernel_name") or self.default_kernel_name
        if self._available and kernel_id is None and name == self._running["name"]:
            # Before anything is waited for: the second one who asks gets another kernel.
            self._available = False
            if await self._hand_over(path, kwargs.get("env")):
                return self._running["id"]
        return await super()._async_start_kernel(kernel_id=kernel_id, path=path, **kwargs)

    start_kernel = _async_start_kernel

    async def _hand_over(self, path, env):
        if not await self._adopted:
            return False
        if self._moved:
            await asyncio.shield(self._moved)
        cwd = os.getcwd() if path is None else self.cwd_for_path(path, env=env or {})
        changed = {name: value for name, value in (env or {}).items() if os.environ.get(name) != value}
        if changed or cwd != self._running["cwd"]:
            if not await self._ready or not await self._tell(cwd, changed):
                return False
        if self._running["id"] not in self:
            return False
        manager = self.get_kernel(self._running["id"])
        manager.last_activity = utcnow()
        manager.provisioner.cwd = cwd
        # For restarts.
        manager._launch_args["cwd"] = cwd
        if env:
            manager._launch_args["env"] = env
        return True

    def _is_hidden(self, kernel_id):
        return self._available and kernel_id == self._running["id"]

    def list_kernels(self):
        return [model for model in super().list_kernels() if not self._is_hidden(model["id"])]

    async def cull_kernel_if_idle(self, kernel_id):
        if not self._is_hidden(kernel_id):
            await super().cull_kernel_if_idle(kernel_id)
