"""SNS: what was published to topics can be read here."""
