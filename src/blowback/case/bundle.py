"""A case as one file: a tar in zstd, the same bytes for the same folder. Without the keys unless asked for."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

import orjson
import zstandard

from blowback import __version__
from blowback.case.acknowledge import recover
from blowback.case.atomic import Report, disk, file_hash, make_folder, sync_folder
from blowback.case.card import FILE
from blowback.case.case import Case
from blowback.case.seal import verify
from blowback.errors import CustodyError, DamagedFile, NotACase, NotReadable, UsageError
from blowback.model.locator import Locator

LABEL: Final = "blowback-bundle.json"
FORMAT: Final = 1
_NEVER: Final = frozenset({"staging", "case.lock", "desk.duckdb", "desk.duckdb.wal", "desk.duckdb.tmp", "tmp"})


@dataclass(frozen=True, slots=True)
class _Label:
    """The first member: what is inside, and what was left out."""

    title: str
    left_out: tuple[str, ...]
    files: int


def dump(
    case: Case, file: Path | str, *, keys: bool = False, exhibits: bool = True, report: Report | None = None
) -> Path:
    """Write a case into one file. The ledger says so, with the file's hash.

    Args:
        case: an open case; it is locked meanwhile.
        file: must not exist.
        keys: include `keys/`: whoever has the file can then look up every pseudonym.
        exhibits: include the copies of the originals (they hold native ids and handles). Referenced files are never
            in a bundle; where they are not at hand later, `verify` cannot check them.
        report: called with ("dump", bytes done, bytes in all).

    Raises:
        UsageError: the file exists, or an intake is not finished.
        CaseLocked: another process writes.
        NoSpace: the disk is full; nothing is left of the file.
    """
    target = Path(file)
    if target.exists():
        raise UsageError(f"{target.name} exists already", hint="Name a new file")
    referenced = any(e.exhibit.stored == "reference" for e in case.manifest.entries())
    held = {"keys": keys or not case.pseudonyms, "exhibits": exhibits, "references": not referenced}
    left_out = [name for name, inside in held.items() if not inside]
    with case.lock():
        recover(case)
        if any((case.path / "staging").glob("*")):
            raise UsageError("an intake of this case is not finished", hint=case.unfinished()[0])
        aside = target.with_name(f".{target.name}.{os.getpid()}.new")
        with disk(target):
            try:
                _write(case, aside, left_out, report)
                aside.replace(target)
            finally:
                aside.unlink(missing_ok=True)
            sync_folder(target.resolve().parent)
        size = target.stat().st_size
        case.ledger.append("dump", file=target.name, sha256=file_hash(target), bytes=size, left_out=left_out)
    return target


def load(file: Path | str, folder: Path | str, *, check: bool = True) -> Case:
    """Make a case folder from a bundle; it appears whole or not at all.

    Args:
        file: made by `dump`.
        folder: must not exist, or be empty.
        check: hash everything and refuse what does not agree.

    Raises:
        NotReadable: there is no such file.
        DamagedFile: it is no bundle, is cut short, or holds a path that leads out of the folder.
        CustodyError: what it holds does not verify.
        NotACase: the folder is not empty.
    """
    source, target = Path(file), Path(os.path.abspath(folder))  # noqa: PTH100
    if not source.is_file():
        raise NotReadable(f"there is no file {source}", hint="Check the path", at=Locator(source.name))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotACase(f"{target.name} is not an empty folder", hint="Choose another folder")
    make_folder(target.parent)
    aside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        make_folder(aside)
        left_out = _read(source, aside)
        case = Case.open(aside)
        for name in ("exhibits", "tables", "signals", "dossiers"):
            make_folder(aside / name)
        make_folder(aside / "keys", mode=0o700)
        case.ledger.append("load", file=source.name, sha256=file_hash(source), left_out=left_out)
        if check:
            _must_verify(case, source)
        with disk(target):
            aside.replace(target)
            sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return Case.open(target)


def _must_verify(case: Case, source: Path) -> None:
    if problems := verify(case):
        raise CustodyError(
            f"the case in {source.name} does not verify: {problems[0]}",
            hint="Ask for the bundle again; `--unchecked` loads it all the same, to look at what is wrong",
        )


def _write(case: Case, path: Path, left_out: list[str], report: Report | None) -> None:
    without = {*left_out, *_NEVER}
    whole = sorted(p for p in case.path.rglob("*") if p.is_file() and not p.is_symlink())
    files = [p for p in whole if p.relative_to(case.path).parts[0] not in without]
    label = _Label(case.settings.title, tuple(left_out), len(files))
    total, done = sum(p.stat().st_size for p in files), 0
    packer = zstandard.ZstdCompressor(level=3, write_checksum=True)
    with path.open("wb") as out:
        with packer.stream_writer(out, closefd=False) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            told = orjson.dumps({**asdict(label), "format": FORMAT, "tool": __version__}, option=orjson.OPT_SORT_KEYS)
            tar.addfile(_member(LABEL, len(told)), io.BytesIO(told))
            for file in files:
                size = file.stat().st_size
                with file.open("rb") as content:
                    tar.addfile(_member(str(file.relative_to(case.path)), size), content)
                done += size
                if report:
                    report("dump", done, total)
        out.flush()
        os.fsync(out.fileno())


def _member(name: str, size: int) -> tarfile.TarInfo:
    """A member without time, owner or mode of this machine."""
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, 0o600 if name.startswith("keys/") else 0o644
    return made


def _read(source: Path, folder: Path) -> list[str]:
    label: _Label | None = None
    count = 0
    with _damage_named(source), _opened(source) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise _refused(source, f"'{member.name}' is not a plain file")
            if label is None:
                label = _read_label(source, member.name, content.read())
                continue
            _unpack(source, member.name, content, folder)
            count += 1
    if label is None or not (folder / FILE).is_file():
        raise _refused(source, "it holds no case")
    if count != label.files:
        raise _refused(source, f"it holds {count} of {label.files} files: it was cut short")
    return list(label.left_out)


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    with (
        source.open("rb") as given,
        zstandard.ZstdDecompressor().stream_reader(given) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        yield tar


def _unpack(source: Path, name: str, content: IO[bytes], folder: Path) -> None:
    path = folder / _inside(source, name)
    if path.exists():
        raise _refused(source, f"'{name}' comes twice")
    private = name.startswith("keys/")
    make_folder(path.parent, mode=0o700 if private else 0o755)
    with disk(path), path.open("xb") as out:
        path.chmod(0o600 if private else 0o644)
        shutil.copyfileobj(content, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    if name.startswith(("exhibits/", "tables/")):
        path.chmod(0o444)


def _read_label(source: Path, name: str, content: bytes) -> _Label:
    if name != LABEL:
        raise _refused(source, f"it begins with '{name}' and not with {LABEL}")
    told = orjson.loads(content)
    if told["format"] > FORMAT:
        raise NotACase(f"{source.name} is of a later format", hint=f"Use blowback {told['tool']} or later")
    return _Label(str(told["title"]), tuple(told["left_out"]), int(told["files"]))


def _inside(source: Path, name: str) -> Path:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\\" in name or "\0" in name:
        raise _refused(source, f"the path '{name}' leads out of the folder")
    if pure.parts[0] in _NEVER:
        raise _refused(source, f"'{name}' has no place in a bundle")
    return Path(*pure.parts)


def _refused(source: Path, why: str) -> DamagedFile:
    return DamagedFile(
        f"{source.name} is not a bundle that can be loaded: {why}",
        hint="Ask for it again from whoever made it with `blowback case dump`",
        at=Locator(source.name),
    )


@contextmanager
def _damage_named(source: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zstandard.ZstdError, EOFError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise _refused(source, str(error) or type(error).__name__) from error
