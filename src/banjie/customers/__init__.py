"""Who calls: contacts, matching by number, masking."""
