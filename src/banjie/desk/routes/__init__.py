"""One file a department: addresses, who may, and the call inward. No rules here."""
