"""`python -m local_aws --port N --state-dir DIR`: AWS on this machine, in the foreground."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from glue_client.plain_text import plain
from local_aws import happenings
from local_aws.athena.engine.limits import LimitsError
from local_aws.glue.jobs.limits import LimitError
from local_aws.root_key import RootKeyError
from local_aws.server import ServerError, serve
from local_aws.state_folder import StateFolderError


def main() -> int:
    """Parse the command line and serve; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local_aws", description="AWS on this machine, for Glue pipelines.")
    parser.add_argument("--port", type=int, default=4566, help="TCP port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--state-dir", type=Path, default=Path(".local-aws"), help="folder that keeps everything")
    parser.add_argument("--strict", action="store_true", help="refuse templates with resource types that are not here")
    parser.add_argument(
        "--tell", action="store_true", help="print a line for each job, crawl, query, workflow that ends"
    )
    options = parser.parse_args()
    if options.tell:
        happenings.begin()
    try:
        serve(options.state_dir, options.port, strict=options.strict)
    except (LimitError, LimitsError, ServerError, StateFolderError, RootKeyError) as error:
        print(plain(f"error: {error}"), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a thread that still computes keeps nobody waiting
