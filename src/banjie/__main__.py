"""`python -m banjie` is the command line."""

from banjie.cli.__main__ import main

main()
