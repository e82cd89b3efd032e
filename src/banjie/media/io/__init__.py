"""The native thread, RTP sockets, WebRTC legs and recording files."""
