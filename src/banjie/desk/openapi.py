"""`python -m banjie.desk.openapi` prints the OpenAPI document; the front end's client is made from it."""

import json
import sys

from banjie.desk.app import bare_app

if __name__ == "__main__":
    json.dump(bare_app().openapi(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    sys.stdout.write("\n")
