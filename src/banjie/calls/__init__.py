"""A call and its legs: state tables, who hears whom, events, the CDR."""
