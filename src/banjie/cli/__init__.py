"""The command line, one file a department."""
