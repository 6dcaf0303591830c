"""Jobs, crawlers, triggers and workflows as defined, and the shapes that operations on all definitions share."""
