"""Files written whole or not at all: beside links, folders, devices and files of others."""

import os
import tempfile
from pathlib import Path

import pytest

from clustering.errors import InvalidSetting
from clustering.writing import open_whole, write_whole

NOBODY = 65_534


def test_two_files_are_written_and_nothing_else(tmp_path):
    write_whole((tmp_path / "a", b"1"), (tmp_path / "b", b"2"))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("order", [1, -1])
def test_where_one_is_a_folder_neither_is_written(tmp_path, order):
    (tmp_path / "folder").mkdir()
    files = [(tmp_path / "a", b"1"), (tmp_path / "folder", b"2")][::order]
    with pytest.raises(InvalidSetting, match=r"folder cannot be written: Is a directory. Choose another place."):
        write_whole(*files)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_where_a_device_takes_nothing_more_the_other_file_stays_as_it_was(tmp_path):
    (tmp_path / "a").write_bytes(b"from yesterday")
    with pytest.raises(InvalidSetting, match="/dev/full cannot be written: No space left on device"):
        write_whole((tmp_path / "a", b"1"), (Path("/dev/full"), b"2"))
    assert (tmp_path / "a").read_bytes() == b"from yesterday"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_sentence_names_the_file_that_cannot_be_written(tmp_path):
    with pytest.raises(InvalidSetting, match=r"none/a cannot be written: No such file or directory"):
        write_whole((tmp_path / "none" / "a", b"1"), (tmp_path / "b", b"2"))


def test_a_link_that_leads_to_itself_is_told(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InvalidSetting, match="loop cannot be written: Too many levels of symbolic links"):
        write_whole((tmp_path / "loop", b"1"))
    assert (tmp_path / "loop").is_symlink()


def test_a_link_to_a_file_that_is_not_there_yet_leads_to_it_afterwards(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_whole((tmp_path / "link", b"1"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"1"


def test_a_link_and_what_it_leads_to_are_one_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(InvalidSetting, match="is named for two files"):
        write_whole((tmp_path / "a", b"1"), (tmp_path / "link", b"2"))
    assert not (tmp_path / "a").exists()


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path):
    write_whole((tmp_path / ("n" * 255), b"1"))
    assert [len(path.name) for path in tmp_path.iterdir()] == [255]


def test_who_could_not_read_the_earlier_file_cannot_read_the_new_one(tmp_path):
    path = tmp_path / "a"
    path.touch(mode=0o600)
    write_whole((path, b"1"))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def not_almighty():
    """A folder of somebody who may not do everything, who runs the test."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid():
            yield Path(folder)
            return
        os.chown(folder, NOBODY, -1)
        os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(0)


def test_a_file_protected_against_writing_is_not_replaced(not_almighty):
    kept, free = not_almighty / "kept", not_almighty / "free"
    for path in (kept, free):
        path.write_bytes(b"old")
    kept.chmod(0o444)
    with pytest.raises(InvalidSetting, match=r"kept cannot be written: Permission denied. Choose another place."):
        write_whole((free, b"new"), (kept, b"new"))
    assert (kept.read_bytes(), free.read_bytes()) == (b"old", b"old")
    write_whole((free, b"new"))
    assert free.read_bytes() == b"new"


def test_what_was_read_is_not_overwritten_whatever_it_is_called(tmp_path):
    source, link, twin = (tmp_path / name for name in ("customers.csv", "link.csv", "twin.csv"))
    source.write_bytes(b"a,b")
    link.symlink_to(source)
    os.link(source, twin)
    for path in (source, link, twin, tmp_path / "." / "customers.csv"):
        with pytest.raises(InvalidSetting, match=r"is the file that was read. Give the result another name."):
            write_whole((path, b"1"), read=[str(source)])
    assert source.read_bytes() == b"a,b"


def test_piece_by_piece_nothing_is_at_its_place_before_all_is_written(tmp_path):
    with open_whole(tmp_path / "a", tmp_path / "b") as (a, b):
        for piece in (b"1", b"2"):
            a.write(piece)
            b.write(piece * 2)
        assert not {"a", "b"} & {path.name for path in tmp_path.iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"12", "b": b"1122"}


def test_what_goes_wrong_between_the_pieces_passes_through_and_leaves_nothing(tmp_path):
    (tmp_path / "a").write_bytes(b"from yesterday")
    with pytest.raises(OSError, match="the source is gone"), open_whole(tmp_path / "a", tmp_path / "b") as (a, _):
        a.write(b"1")
        raise OSError("the source is gone")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"from yesterday"}


def test_a_device_is_given_all_pieces_once_nothing_can_go_wrong_any_more(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(OSError, match="the source is gone"), open_whole(tmp_path / "pipe") as (pipe,):
            pipe.write(b"half")
            raise OSError("the source is gone")
        with open_whole(tmp_path / "pipe") as (pipe,):
            pipe.write(b"1")
            pipe.write(b"2")
        assert os.read(reader, 100) == b"12"
    finally:
        os.close(reader)


def test_nothing_is_written_into_a_folder_that_was_read(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    with pytest.raises(InvalidSetting, match="lies in the folder that was read"):
        write_whole((folder / "labelled.csv", b"a\n"), read=[folder])
    assert list(folder.iterdir()) == []
