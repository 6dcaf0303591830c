"""The emulator's state on disk: what is answered is saved, what cannot be saved is refused.

| file | duty |
|---|---|
| touches.py | Which records a request has reached for |
| stores.py | The stores of the emulator's services |
| members.py | What grows with data, saved one by one |
| text.py | Records and keys as text |
| code_blobs.py | Files of the code of Lambda functions |
| database.py | The file |
| state.py | What changed; written, or put back |
| saving.py | When: with the answer, or soon |
| refusals.py | The error of what cannot be saved |
| bounds.py | What is let go, as AWS lets it go |
| plug.py | Put in the place of the emulator's own saving |

docs/decisions/0010-state-in-sqlite.md says why.
"""
