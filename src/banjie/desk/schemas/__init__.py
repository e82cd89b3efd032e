"""What goes over HTTP: bytes from outside are checked here, and nowhere inside again. One file a subject."""
