"""HTTP and WebSocket for the web front end and integrators; access.py is the only gate."""
