"""The sockets under the SIP user agent: UDP, TCP, TLS, DNS."""
