"""The call-script graph, its versions and its pure interpreter."""
