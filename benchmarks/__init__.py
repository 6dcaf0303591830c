"""What the README's figures of speed come from."""
