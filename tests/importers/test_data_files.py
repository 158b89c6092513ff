"""The copied real files are what their table of sources says."""

from __future__ import annotations

import hashlib
from pathlib import Path


def test_files_are_byte_for_byte_what_their_source_was(data: Path) -> None:
    """Every file has a row with size, checksum, repository, commit and licence, and every licence a text."""
    lines = (data / "SOURCES.tsv").read_text(encoding="utf-8").splitlines()[1:]
    listed = set()
    for line in lines:
        name, size, digest, repository, commit, _, licence, _ = line.split("\t")
        content = (data / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()[:16]) == (int(size), digest), name
        assert commit
        assert licence in {"Apache-2.0", "CC0-1.0", "MIT"}
        assert list((data / "licences").glob(f"{repository.replace('/', '__')}__*")), repository
        listed.add(name)
    folders = [folder for folder in data.iterdir() if folder.is_dir() and folder.name != "licences"]
    found = {str(path.relative_to(data)) for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert found == listed
