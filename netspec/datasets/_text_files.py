"""Text files in UTF-8; what is not UTF-8 is named by line and column."""

from pathlib import Path

from netspec.datasets._files import reading
from netspec.errors import DataError


def read_text(path: Path) -> str:
    """The file's text, a byte order mark left out and every end of line as a line feed.

    Raises: DataError when it is not UTF-8, or there is nothing in it.
    """
    with reading(path):
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        raise DataError(f"{path}:{line}:{column}: must be text in UTF-8, got the byte 0x{content[error.start]:02x}", help="save the file as UTF-8") from error
    if not text:
        raise DataError(f"{path}: must hold text, got an empty file")
    return text.replace("\r\n", "\n").replace("\r", "\n")
