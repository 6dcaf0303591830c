"""`local-glue`, or `python -m local_glue`: says so when this Python is not 3.11, in words that any Python 3 reads."""

import sys

NEEDED = (3, 11)


def main() -> int:
    """Run the command; its exit code."""
    if sys.version_info[:2] != NEEDED:
        found = ".".join(str(part) for part in sys.version_info[:2])
        sys.stderr.write(
            "error: local-glue needs Python 3.11, as Glue 5.1 runs jobs on it\n"
            f"  seen: Python {found} ({sys.executable})\n"
            "  next: python3.11 -m venv .venv && .venv/bin/pip install local-glue\n"
        )
        return 1
    from local_glue.command import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
