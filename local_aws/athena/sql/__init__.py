"""Athena's language to the engine's: pure functions of texts and trees, without the catalog and without files."""
