"""The metastore's socket: loopback only, a thread for each of Hive's connections, gone when the process ends."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from typing import Any

from ..s3_mount import S3Mount

_HOST = "127.0.0.1"


def start(mount: S3Mount, make_client: Callable[[], Any]) -> int:
    """Listen on a free port, and answer from a daemon thread; return the port.

    Args:
        mount: the buckets of the job.
        make_client: makes the boto3 client for Glue, with the job's role.
    """
    server = _Server((_HOST, 0), _Connection)
    threading.Thread(target=_serve, args=(server, mount, make_client), daemon=True, name="metastore").start()
    port: int = server.server_address[1]
    return port


def settings(port: int) -> dict[str, str]:
    """The settings that lead a Spark session to the metastore."""
    return {
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.hive.metastore.uris": f"thrift://{_HOST}:{port}",
    }


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    processor: Any


class _Connection(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        from thrift.protocol.TBinaryProtocol import TBinaryProtocolAccelerated
        from thrift.transport.TSocket import TSocket
        from thrift.transport.TTransport import TBufferedTransport, TTransportException

        socket = TSocket()
        socket.setHandle(self.request)
        protocol = TBinaryProtocolAccelerated(TBufferedTransport(socket))
        try:
            while True:
                self.server.processor.process(protocol, protocol)
        except (TTransportException, ConnectionError):  # Spark has hung up
            return


def _serve(server: _Server, mount: S3Mount, make_client: Callable[[], Any]) -> None:
    """The protocol is loaded while the JVM starts; until then the socket keeps its callers waiting."""
    from pymetastore.hive_metastore import ThriftHiveMetastore

    from .catalog import Catalog
    from .folders import Folders
    from .methods import Handler

    catalog = Catalog(make_client, Folders(mount))
    server.processor = ThriftHiveMetastore.Processor(Handler(catalog))
    _ = catalog.client  # made now, so that Spark does not wait for it
    server.serve_forever()
