"""Numbers as shown to those who may not see them: 138****1234."""


def mask(number: str) -> str:
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "*" * len(number)
