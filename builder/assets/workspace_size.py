"""How large the session's files are: asked by whoever keeps the limit where nobody can look at them from outside."""
import os
import stat
import time

# What is streamed in is there before the server starts, so what has changed later was changed by the session.
STARTED = time.time()


def measure(root):
    """Bytes of the files below a folder, and of those that have changed since the server started."""
    total = changed = 0
    folders = [root]
    while folders:
        for entry in _entries(folders.pop()):
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                    continue
                found = entry.stat(follow_symlinks=False)
            except OSError:
                # It has been removed meanwhile.
                continue
            if stat.S_ISREG(found.st_mode):
                total += found.st_size
                changed += found.st_size if found.st_ctime >= STARTED else 0
    return {"total": total, "changed": changed}


def _entries(folder):
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        # Removed meanwhile, or closed even to its owner.
        return []
