"""HTTP routes, one file a department."""
