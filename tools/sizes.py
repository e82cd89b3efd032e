"""Says which files and functions have grown past one idea; refuses what has grown far past it."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_WARNED, FILE_REFUSED = 400, 600
WEB_WARNED, WEB_REFUSED = 250, 300
FUNCTION_REFUSED = 60


def main() -> None:
    refused = 0
    for path in sorted((ROOT / "src").rglob("*.py")):
        refused += judge(path, FILE_WARNED, FILE_REFUSED)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_REFUSED:
                    print(
                        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {lines} lines, {FUNCTION_REFUSED} at most"
                    )
                    refused += 1
    for path in sorted((ROOT / "web" / "src").rglob("*.ts*")):
        is_words = "texts" in (path.stem, path.parent.name)  # a table of words may be long
        if not is_words and not path.name.endswith(".d.ts"):
            refused += judge(path, WEB_WARNED, WEB_REFUSED)
    sys.exit(1 if refused else 0)


def judge(path: Path, warned: int, most: int) -> bool:
    lines = len(path.read_text().splitlines())
    if lines > warned:
        print(
            f"{path.relative_to(ROOT)}: {lines} lines, {warned} are enough{'' if lines <= most else '; refused'}"
        )
    return lines > most


if __name__ == "__main__":
    main()
