"""Real programs the whole server is tested with: itself, and baresip."""
