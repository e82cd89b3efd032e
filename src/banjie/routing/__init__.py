"""ACD: agent states, queues, offers. Sans-I/O, time passed in."""
