"""Who works here: users, roles, permissions, sessions, API keys, and the rules of signing in."""
