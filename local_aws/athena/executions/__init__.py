"""Executions of queries: planned, run, their results and what is answered of them."""
