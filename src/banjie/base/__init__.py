"""Words every department shares: ids, phone numbers, hours, events, errors. Standard library only."""
