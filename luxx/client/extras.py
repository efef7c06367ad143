"""What is installed only with an extra of this package."""

from collections.abc import Iterator
from contextlib import contextmanager

from luxx.errors import ConfigError


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Around an import of what the extra brings. Raises ConfigError, naming it, without."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error.name} is not installed: pip install 'luxx[{name}]'") from error
