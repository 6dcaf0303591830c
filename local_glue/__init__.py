"""The local AWS to take along: the command `local-glue`, and what starts and stops a server.

starting.py       starts AWS on this machine: in the foreground, or for as long as something needs it
"""
