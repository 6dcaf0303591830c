"""Runs of crawlers, and the operations that look at them. The crawler itself is glue/crawler/."""
