"""Runs of jobs: what is asked, what its process is given, the process itself, what is kept of it."""
