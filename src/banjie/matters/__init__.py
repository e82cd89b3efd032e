"""Work orders: what was promised, by whom, until when, and that it is done."""
