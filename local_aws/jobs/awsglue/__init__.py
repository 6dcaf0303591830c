"""`awsglue` for jobs that run on this machine, written from public documentation and observed behaviour.

Only what this package holds is there: an import of another of Glue's modules fails with Python's own
ModuleNotFoundError, which names it.
"""
