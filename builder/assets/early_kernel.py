"""early_kernel.py COMMAND…: starts the default kernel, then becomes COMMAND, Jupyter's server, which adopts it.

Run by `serve` as `python -I -S`, so that the kernel imports itself on one core while the server does so on another.
As exec keeps the process, the kernel is the server's child. Only modules that cost next to nothing are imported.
What was started is told in COLOPHON_HELD; where nothing could be, the server starts kernels as it always does.
"""
import _socket
import json
import os
import re
import sys

# Languages in which a running kernel can be told to change its directory (see held_kernel.py).
LANGUAGES = {"python", "r", "julia", "octave", "bash", "javascript", "typescript"}


def kernel_folders():
    """Where Jupyter's server looks for kernels, in its order."""
    bases = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    bases += [os.path.expanduser("~/.local/share/jupyter"), "/usr/local/share/jupyter", "/usr/share/jupyter"]
    return [os.path.join(base, "kernels") for base in bases if base]


def default_kernel():
    """Name, folder and specification of the kernel that a notebook gets which names none."""
    found = {}
    for folder in kernel_folders():
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            found.setdefault(name.lower(), os.path.join(folder, name))
    for name in ["python3"] + sorted(found):
        path = os.path.join(found.get(name, ""), "kernel.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return name, found[name], json.load(file)
    return None


def can_hold(spec):
    argv = spec.get("argv") or [""]
    return (
        spec.get("language", "").lower() in LANGUAGES
        # The server would run its own interpreter for these, or something of its own.
        and not re.match(r"python[0-9.]*$", argv[0])
        and "kernel_provisioner" not in spec.get("metadata", {})
    )


def free_ports(count):
    sockets = [_socket.socket(_socket.AF_INET, _socket.SOCK_STREAM) for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def write_connection_file(kernel_id, name):
    """The file by which a kernel learns where to listen. Format: jupyter_client's "Connection files"."""
    folder = os.environ.get("JUPYTER_RUNTIME_DIR") or os.path.expanduser("~/.local/share/jupyter/runtime")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, "kernel-" + kernel_id + ".json")
    names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"]
    connection = dict(zip(names, free_ports(len(names))))
    connection.update(
        ip="127.0.0.1",
        transport="tcp",
        key=os.urandom(32).hex(),
        signature_scheme="hmac-sha256",
        kernel_name=name,
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(connection, file)
    return path


def environment(spec):
    """The kernel's variables: ours without the token, and the specification's with $NAME filled in."""
    env = {name: value for name, value in os.environ.items() if name != "JUPYTER_TOKEN"}
    # Kernels end by themselves when this process does.
    env["JPY_PARENT_PID"] = str(os.getpid())
    for name, value in spec.get("env", {}).items():
        env[name] = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda m: os.environ.get(m[1] or m[2], m[0]), value)
    return env


def start():
    default = default_kernel()
    if default is None or not can_hold(default[2]):
        return None
    name, folder, spec = default
    raw = os.urandom(16).hex()
    kernel_id = "-".join([raw[:8], raw[8:12], "4" + raw[13:16], "8" + raw[17:20], raw[20:]])
    path = write_connection_file(kernel_id, name)
    values = {"connection_file": path, "resource_dir": folder}
    argv = [re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], m[0]), one) for one in spec["argv"]]
    pid = os.posix_spawnp(
        argv[0],
        argv,
        environment(spec),
        file_actions=[(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)],
        setsid=True,
    )
    return {"id": kernel_id, "name": name, "pid": pid, "file": path, "cwd": os.getcwd()}


try:
    held = start()
    if held:
        os.environ["COLOPHON_HELD"] = json.dumps(held)
except Exception as error:  # whatever it is, the server can do without
    print("No kernel was started ahead: " + repr(error), file=sys.stderr)
os.execvp(sys.argv[1], sys.argv[1:])
