"""Replacing internals of the emulator, each only after a look that they are what the replacement was written for."""

import inspect
import sys


def expected(owner, name: str, *parameters: str, mentions: tuple[str, ...] = ()):
    """The function `name` of a module or class, which must take these parameters and mention these texts.

    Ends the program otherwise: half a correction is worse than none.
    """
    found = getattr(owner, name, None)
    where = f"{owner.__name__}.{name}"
    if found is None:
        _refuse(f"{where} is not there")
    taken = tuple(inspect.signature(found).parameters)
    if taken != parameters:
        _refuse(f"{where} takes ({', '.join(taken)}) and not ({', '.join(parameters)})")
    source = inspect.getsource(found)
    for text in mentions:
        if text not in source:
            _refuse(f"{where} does not mention {text}")
    return found


def replace(owner, name: str, by, *parameters: str, mentions: tuple[str, ...] = ()):
    """Puts `by` in the place of the function `name`; answers what was there."""
    found = expected(owner, name, *parameters, mentions=mentions)
    setattr(owner, name, by)
    return found


def _refuse(reason: str) -> None:
    sys.exit(f"local/emulator changes internals of ministack which it does not find as it knows them: {reason}")
