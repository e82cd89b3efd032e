"""The parts the server is made of, one file each: how it is started from the settings, and how it is stopped."""
