"""The paper gateway's adapter."""


def connect(wire: object) -> None:
    return None
