"""Prints, as JSON, what the image really contains: interpreter, Python and Debian packages, kernels, programs that sessions know."""
import json
import os
import platform
import shutil
import subprocess
import sys

try:
    from importlib.metadata import distributions
except ImportError:  # before 3.8
    distributions = None

packages = {}
if distributions is not None:
    for found in distributions():
        name = found.metadata["Name"]
        if name:
            packages.setdefault(name.lower().replace("_", "-"), {"name": name, "version": found.version or ""})

debian = []
listing = subprocess.run(
    ["dpkg-query", "-W", "-f", "${Package}\t${Version}\n"], stdout=subprocess.PIPE, universal_newlines=True
)
for line in listing.stdout.splitlines():
    name, _, version = line.partition("\t")
    debian.append({"name": name, "version": version})

kernels = []
for base in ["/opt/env/share/jupyter", "/usr/local/share/jupyter", "/usr/share/jupyter", "/home/jovyan/.local/share/jupyter"]:
    folder = os.path.join(base, "kernels")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        path = os.path.join(folder, name, "kernel.json")
        if os.path.isfile(path) and all(kernel["name"] != name for kernel in kernels):
            with open(path, encoding="utf-8") as file:
                spec = json.load(file)
            kernels.append(
                {"name": name, "displayName": spec.get("display_name", name), "language": spec.get("language", "")}
            )

json.dump(
    {
        "python": platform.python_version(),
        "packages": sorted(packages.values(), key=lambda one: one["name"].lower()),
        "debian": debian,
        "kernels": kernels,
        # What running_app.py can start.
        "programs": [name for name in ["voila", "code-server"] if shutil.which(name)],
    },
    sys.stdout,
)
