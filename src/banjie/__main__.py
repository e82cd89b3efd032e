"""`python -m banjie`, and the script `banjie`: the command line."""

import gc

gc.disable()  # until all is imported: the collector finds nothing there and costs a tenth of every start

from banjie.cli.__main__ import main  # noqa: E402

__all__ = ["main"]

if __name__ == "__main__":
    main()
