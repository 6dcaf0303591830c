"""The code of Lambda functions lies in files beside the state; the emulator deletes those that no function names.

It does so whenever it is asked for its state: before the state is loaded that is every file, and during a change that
is undone later it is the code that the function gets back. So files are deleted after the start alone.
"""

from __future__ import annotations

from typing import Any


def keep_code(module: Any) -> None:
    """Have the emulator's Lambda delete no code by itself.

    Contract: `get_state` calls `_prune_orphan_code_blobs` by this name, with the hashes that functions name.
    """
    if not hasattr(module, "delete_unused_code"):
        module.delete_unused_code = module._prune_orphan_code_blobs
        module._prune_orphan_code_blobs = lambda _referenced: None


def delete_unused_code(module: Any) -> None:
    """Delete the code that no function of the loaded state names; nothing where there is no function at all."""
    if not module._functions.has_any():
        return
    kept, module._prune_orphan_code_blobs = module._prune_orphan_code_blobs, module.delete_unused_code
    try:
        module.get_state()
    finally:
        module._prune_orphan_code_blobs = kept
