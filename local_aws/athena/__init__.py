"""Athena in front of the emulator's engine.

| file | duty |
|---|---|
| dialect.py | Athena's SQL to the engine's, and the engine's errors to Athena's: pure functions |
| service.py | the operations that this changes |
"""
