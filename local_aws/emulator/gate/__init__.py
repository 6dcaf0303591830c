"""Who may come in, before anything else sees a request: host, origin, signature, body."""
