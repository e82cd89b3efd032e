"""The switchboard: ports joined by gain-weighted cords on a 20 ms tick."""
