"""The session's token, taken out of the environment so that no kernel prints it into a published output."""
import os

TOKEN = os.environ.pop("JUPYTER_TOKEN", None)
