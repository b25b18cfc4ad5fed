"""How a session's Jupyter server runs, from the container's environment."""
import json
import os
import sys

sys.path.insert(0, "/opt/colophon/libexec")
from session_token import TOKEN  # noqa: E402

c = get_config()  # noqa: F821

listen = os.environ.get("COLOPHON_LISTEN", "tcp:127.0.0.1:8888")
kind, _, address = listen.partition(":")
if kind == "unix" and address.startswith("/"):
    c.ServerApp.sock = address
    c.ServerApp.sock_mode = "0666"
elif kind == "tcp" and address.rpartition(":")[2].isdigit():
    host, _, port = address.rpartition(":")
    c.ServerApp.ip = host.strip("[]")
    c.ServerApp.port = int(port)
    c.ServerApp.port_retries = 0
else:
    sys.exit("COLOPHON_LISTEN must be unix:/path or tcp:address:port, not " + repr(listen))

if TOKEN:
    c.IdentityProvider.token = TOKEN
c.ServerApp.base_url = os.environ.get("COLOPHON_BASE_URL", "/")
c.ServerApp.root_dir = os.environ["COLOPHON_ROOT"]
c.ServerApp.open_browser = False
c.ServerApp.allow_remote_access = True
c.ServerApp.quit_button = False
c.Application.log_level = "WARN"
origin = os.environ.get("COLOPHON_ALLOW_ORIGIN")
if origin:
    c.ServerApp.allow_origin = origin
    c.ServerApp.allow_credentials = False

portal = os.environ.get("COLOPHON_PORTAL_ORIGIN")
if portal:
    c.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": "frame-ancestors 'self' " + portal}}

# Only what the author's environment provides is offered: the server has no kernel of its own.
c.KernelSpecManager.ensure_native_kernel = False
# Language servers are not installed; looking for them costs start-up time.
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False, "colophon_server": True}

# A kernel may run already: whoever asks first for the default one gets it.
c.ServerApp.contents_manager_class = "workspace_limit.SessionContentsManager"
c.ServerApp.kernel_websocket_connection_class = "explained_errors.SessionWebsocketConnection"
c.ServerApp.kernel_manager_class = "session_kernels.SessionKernelManager"
held = os.environ.pop("COLOPHON_HELD", None)
if held:
    c.SessionKernelManager.early = json.loads(held)
    c.SessionKernelManager.default_kernel_name = c.SessionKernelManager.early["name"]

# Nothing calls home: no announcements, no update check, no extension catalogue.
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
# A large figure must not be cut off.
c.ZMQChannelsWebsocketConnection.iopub_data_rate_limit = 1e10
