"""Gives the session an HTTP proxy on 127.0.0.1:PORT which is, through a socket, the one outside (see `serve`)."""
import asyncio
import sys

SOCKET = "/run/colophon-egress/proxy.sock"


async def copy(reader, writer):
    try:
        while True:
            data = await reader.read(65536)
            if not data:
                break
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except (OSError, RuntimeError):
        writer.close()


async def forward(reader, writer):
    try:
        there, out = await asyncio.open_unix_connection(SOCKET)
    except OSError:
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\nThe proxy of this site is away.\n")
        writer.close()
        return
    await asyncio.gather(copy(reader, out), copy(there, writer))
    out.close()
    writer.close()


async def main(port):
    server = await asyncio.start_server(forward, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1])))
