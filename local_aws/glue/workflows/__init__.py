"""Workflows and triggers: what starts what, their runs as a graph, what starts by itself."""
