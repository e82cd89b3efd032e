"""The only place where departments meet; its file names are the product's table of contents."""
