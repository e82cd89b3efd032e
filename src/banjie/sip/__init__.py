"""A sans-I/O SIP user agent (RFC 3261 and friends); sockets live in io/."""
