"""State tables drawn for the documents."""
