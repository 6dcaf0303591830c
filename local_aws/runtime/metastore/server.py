"""The metastore's socket: loopback only, a thread for each of Hive's connections, gone when the process ends."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Callable
from typing import Any

from pymetastore.hive_metastore import ThriftHiveMetastore
from thrift.protocol.TBinaryProtocol import TBinaryProtocolAccelerated
from thrift.Thrift import TException
from thrift.transport.TSocket import TSocket
from thrift.transport.TTransport import TBufferedTransport

from ..s3_mount import S3Mount
from .catalog import Catalog
from .folders import Folders
from .methods import Handler

_HOST = "127.0.0.1"


def start(mount: S3Mount, make_client: Callable[[], Any], catalog_id: str | None = None) -> int:
    """Listen on a free port, and answer from a daemon thread; return the port.

    Args:
        mount: the buckets of the job.
        make_client: makes the boto3 client for Glue, with the job's role.
        catalog_id: the account whose catalog it is; None for the role's own.
    """
    catalog = Catalog(make_client, Folders(mount), catalog_id)
    server = _Server((_HOST, 0), _Connection)
    server.processor = ThriftHiveMetastore.Processor(Handler(catalog))
    threading.Thread(target=_serve, args=(server, catalog), daemon=True, name="metastore").start()
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
        socket = TSocket()
        socket.setHandle(self.request)
        protocol = TBinaryProtocolAccelerated(TBufferedTransport(socket))
        try:
            while True:
                self.server.processor.process(protocol, protocol)
        except (TException, ConnectionError):  # Spark has hung up, or it was not Spark
            return


def _serve(server: _Server, catalog: Catalog) -> None:
    with contextlib.suppress(Exception):  # the first call says what is wrong
        _ = catalog.client  # made while the JVM starts, so that Spark does not wait for it
    server.serve_forever()
