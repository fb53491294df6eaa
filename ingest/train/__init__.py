"""Training of what ships with the package; nothing here runs in a service."""
