"""Starts JupyterLab's server as `python -m jupyterlab` does, without loading what no session uses.

Of the half second of processor time that the start took, all but a tenth was imports; what is left out here is a third
of them. What remains: tornado and jupyter_server 0.15 s, traitlets, zmq, jsonschema and YAML 0.1 s, the start itself 0.05 s.
"""
import gc
import importlib
import sys
import types


class Later(types.ModuleType):
    """Stands for a module until something of it is used."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


# For lists of blocked extensions, the extension catalogue, and kernels on another server.
for name in ["requests", "httpx", "websocket"]:
    sys.modules[name] = Later(name)

# The extension catalogue is off (see jupyter_server_config.py).
catalogue = types.ModuleType("jupyterlab.extensions.pypi")
catalogue.PyPIExtensionManager = None
sys.modules[catalogue.__name__] = catalogue

# Formats that jsonschema checks where it finds the package, and that no schema of the server's names.
for name in ["fqdn", "isoduration", "jsonpointer", "rfc3339_validator", "rfc3986_validator", "uri_template", "webcolors"]:
    sys.modules[name] = None

# Nothing that is imported is garbage.
gc.disable()
from jupyterlab.labapp import main  # noqa: E402

gc.enable()
sys.argv[0] = "jupyter-lab"
sys.exit(main())
