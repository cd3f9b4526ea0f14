"""The model file: a zip of which only the known entries are read, never extracted, and never past the size they can have.

A zip from a stranger may be a bomb, may name an entry twice, may claim 2⁶³ numbers: what an entry may hold follows from
the configuration, and reading stops there. Java-serialised entries are named and left alone.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from netspec.errors import DataError, UsageError
from netspec.words import in_bytes

CONFIGURATION, COEFFICIENTS, UPDATER_STATE, NORMALIZER = "configuration.json", "coefficients.bin", "updaterState.bin", "normalizer.bin"
NO_PARAMETERS = "noParams.marker"
_SERIALISED = ("updater.bin", "preprocessor.bin")
MOST_ENTRIES = 1000
LARGEST_CONFIGURATION = 1 << 26
_ENCRYPTED = 1


@dataclass(frozen=True)
class ModelFile:
    """A model file, or a configuration alone."""

    path: Path
    entries: dict[str, ZipInfo] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Entries that are left alone: Java objects, and what is not known."""

    @classmethod
    def open(cls, path: Path) -> "ModelFile":
        """Look at the listing of a zip; anything else is taken for a configuration.

        Raises: UsageError when there is no such file; DataError when the listing is not what it must be.
        """
        if not path.is_file():
            raise UsageError(f"there is no file {path}")
        if not is_zipfile(path):
            return cls(path)
        try:
            with ZipFile(path) as archive:
                infos = archive.infolist()
        except (BadZipFile, ValueError, OverflowError, NotImplementedError, OSError) as error:
            raise DataError(f"{path} must be a zip that can be opened: {error}") from error
        _check_listing(path, infos)
        known = (CONFIGURATION, COEFFICIENTS, UPDATER_STATE, NORMALIZER, NO_PARAMETERS)
        entries = {info.filename: info for info in infos}
        if CONFIGURATION not in entries:
            raise DataError(f"{path} must hold {CONFIGURATION}, as every model of DL4J's does")
        return cls(path, {name: entries[name] for name in known if name in entries}, tuple(name for name in entries if name not in known))

    @property
    def is_model(self) -> bool:
        """Whether this is a zip, with parameters, not a configuration alone."""
        return bool(self.entries)

    def configuration(self) -> bytes:
        """The configuration. Raises: DataError."""
        if self.is_model:
            return self._read(CONFIGURATION, LARGEST_CONFIGURATION)
        size = self.path.stat().st_size
        if size > LARGEST_CONFIGURATION:
            raise DataError(f"{self.path} must be a model or a configuration of DL4J's, got a file of {in_bytes(size)}")
        return self.path.read_bytes()

    def read(self, name: str, most: int) -> bytes | None:
        """An entry of at most `most` bytes, or None when it is not there. Raises: DataError."""
        return self._read(name, most) if name in self.entries else None

    def head(self, name: str, count: int) -> bytes:
        """The first bytes of an entry. Raises: DataError."""
        return self._read(name, count, whole=False)

    def _read(self, name: str, most: int, *, whole: bool = True) -> bytes:
        info = self.entries[name]
        if whole and info.file_size > most:
            raise DataError(f"{self.path}: {name} must hold at most {in_bytes(most)}, what the configuration implies, got {in_bytes(info.file_size)}")
        try:
            with ZipFile(self.path) as archive, archive.open(info) as stream:
                content = stream.read(most)
                more = whole and stream.read(1)
        except Exception as error:  # BadZipFile, RuntimeError, zlib.error, LZMAError …: damaged streams, each module its own
            raise DataError(f"{self.path}: {name} cannot be read: {error}") from error
        if more:
            raise DataError(f"{self.path}: {name} must hold at most {in_bytes(most)}, got more than it announces")
        return content


def ignored_because(name: str) -> str:
    """Why an entry is left alone."""
    return "a serialised Java object, never read" if name in _SERIALISED or name.startswith("objects/") else "no part of a model"


def _check_listing(path: Path, infos: list[ZipInfo]) -> None:
    if len(infos) > MOST_ENTRIES:
        raise DataError(f"{path} must hold at most {MOST_ENTRIES} entries, got {len(infos)}")
    twice = [name for name, count in Counter(info.filename for info in infos).items() if count > 1]
    if twice:
        raise DataError(f"{path} must name each entry once, got {twice[0]} {'twice' if twice else ''}".rstrip())
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise DataError(f"{path} must not be encrypted, got {info.filename} with a password")
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise DataError(f"{path} must hold names inside it, got {info.filename}")
