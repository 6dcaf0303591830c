"""The version of the wheel: 1.0, and a number made of the content of the package and of what builds it."""

import hashlib
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).parent
BYTES = 6  # of the hash: 281 million million numbers


def version() -> str:
    """For example 1.0.83742910293847: equal for equal content, on any machine and at any time."""
    found = hashlib.sha256(installed("hatchling").encode())
    for path in [HERE / "pyproject.toml", *sorted((HERE / "src").rglob("*.py"))]:
        content = path.read_bytes()
        found.update(f"{path.relative_to(HERE).as_posix()}\0{len(content)}\0".encode() + content)
    return f"1.0.{int.from_bytes(found.digest()[:BYTES], 'big')}"
