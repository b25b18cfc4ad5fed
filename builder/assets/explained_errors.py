"""Says in a kernel's own error that the workspace is full, where its language only knows that a file is too large."""
import errno
import json
import os

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from workspace_limit import LIMIT

TOO_LARGE = os.strerror(errno.EFBIG)


class SessionWebsocketConnection(ZMQChannelsWebsocketConnection):
    """As ZMQChannelsWebsocketConnection; while nothing may be written, errors of that kind end with the reason."""

    def handle_outgoing_message(self, stream, outgoing_msg):
        if LIMIT.message:
            outgoing_msg = explained(self.session, outgoing_msg)
        super().handle_outgoing_message(stream, outgoing_msg)


def explained(session, frames):
    """The frames of a kernel's message; an error for want of room has a last line more."""
    identities, parts = session.feed_identities(frames)
    signature, header, parent, metadata, content, *buffers = parts
    if json.loads(header).get("msg_type") != "error":
        return frames
    error = json.loads(content)
    if TOO_LARGE not in error.get("evalue", ""):
        return frames
    error["traceback"] = [*error.get("traceback", []), LIMIT.message]
    signed = [header, parent, metadata, json.dumps(error).encode()]
    return [*identities, b"<IDS|MSG>", session.sign(signed), *signed, *buffers]
