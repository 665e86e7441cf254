"""Several people at once, over Streamlit's own protocol: each gets what is theirs and nobody gets what is not."""

import asyncio
import re
import uuid
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus

from tests.load.client import Visitor
from tests.load.people import Customers, check_file, check_page, customers, walk
from tests.serving import ONE_THREAD, Server


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(environment=ONE_THREAD) as server:
        yield server


class Noting(Visitor):
    """A visitor who remembers where their last file was sent to."""

    sent_to = ""

    async def upload(self, *arguments, **settings) -> str:
        self.sent_to = await super().upload(*arguments, **settings)
        return self.sent_to


@pytest.fixture(scope="module")
def people(runner, server) -> Iterator[list[tuple[Noting, Customers]]]:
    """Three visitors who walked the whole journey at the same time, checking all the way that they see only theirs."""

    async def arrive_and_walk(own):
        visitor = await Noting.arrive(server.url)
        await walk(visitor, own)
        return visitor, own

    async def together():
        return await asyncio.gather(*(arrive_and_walk(customers(number)) for number in (1, 2, 3)))

    walked = runner.run(together())
    yield walked
    for visitor, _ in walked:
        runner.run(visitor.leave())


@pytest.fixture
def intruder(runner, server) -> Iterator[Visitor]:
    visitor = runner.run(Visitor.arrive(server.url))
    yield visitor
    runner.run(visitor.leave())


async def labelled(visitor: Visitor, own: Customers) -> None:
    """See that the visitor still has their segments, by name, and their rows."""
    await visitor.go("Export")
    check_page(visitor, own)
    check_file(await visitor.download("Download the labelled list"), own, name=f"Best {own.marker}")


def test_three_people_at_once_each_take_their_own_rows_away(runner, people):
    async def together():
        await asyncio.gather(*(labelled(visitor, own) for visitor, own in people))

    runner.run(together())


def test_a_file_that_was_made_waits_for_its_browser_while_others_change_pages_and_save(runner, people):
    (visitor, own), (other, _), _ = people

    async def scenario():
        await visitor.go("Export")
        button = visitor.tree.labelled("download_button", "Download the labelled list")
        address = await visitor.deferred(button.deferred_file_id)
        for page in ("Data", "Features", "Data", "Export"):
            await other.go(page)
        for _ in range(2):
            await other.download("Download the labelled list")
        return await visitor.fetch(address)

    status, content = runner.run(scenario())
    assert status == 200
    check_file(content, own, name=f"Best {own.marker}")


def test_a_file_has_another_address_every_time_so_that_who_has_it_cannot_ask_who_else_saved_it(runner, people):
    visitor, _ = people[0]

    async def scenario():
        addresses = []
        for _ in range(2):
            await visitor.go("Export")
            button = visitor.tree.labelled("download_button", "Download the labelled list")
            addresses.append(await visitor.deferred(button.deferred_file_id))
        return addresses

    first, second = runner.run(scenario())
    assert first and second and first != second


def test_two_large_files_that_differ_in_few_bytes_are_not_taken_for_one(runner, tmp_path):
    script = tmp_path / "two.py"
    script.write_text(
        "from pages._ui.downloads import save_button\n"
        "for byte in (b'1', b'2'):\n"
        "    content = b'0' * 500_000 + byte + b'0' * 1_500_000\n"
        "    save_button(byte.decode(), lambda it=content: it, file_name='a.csv', mime='text/csv', key=byte.decode())\n"
    )

    async def scenario(url):
        visitor = await Visitor.arrive(url)
        files = [await visitor.download(label) for label in "12"]
        await visitor.leave()
        return files

    with Server(environment=ONE_THREAD, script=str(script)) as server:
        first, second = runner.run(scenario(server.url))
    assert (first[500_000:500_001], second[500_000:500_001]) == (b"1", b"2")


def test_ten_presses_of_one_button_hold_one_file(runner, tmp_path):
    script = tmp_path / "pressed.py"
    script.write_text(
        "import secrets\n"
        "from pages._ui.downloads import save_button\n"
        "def made():\n"
        "    return secrets.token_bytes(30_000_000)\n"
        "save_button('save', made, file_name='a.bin', mime='application/zip', key='save', on_click='ignore')\n"
    )

    async def scenario(server):
        visitor = await Visitor.arrive(server.url)
        held = []
        for _ in range(10):
            await visitor.download("save")
            held.append(server.memory())
        await visitor.leave()
        return held

    with Server(environment=ONE_THREAD, script=str(script)) as server:
        held = runner.run(scenario(server))
    assert held[-1] - held[0] < 4 * 30  # nine more would be 270 MB; beside the one that is held, one is on its way


def test_a_file_is_given_to_the_browser_it_was_made_for_and_to_no_other(runner, people, intruder):
    visitor, own = people[0]

    async def scenario():
        await visitor.go("Export")
        number = visitor.tree.labelled("download_button", "Download the labelled list").deferred_file_id
        address = await visitor.deferred(number)
        replayed, _ = await intruder.fetch(address)
        guessed = await intruder.deferred(uuid.uuid4().hex)
        under_theirs = await intruder.deferred(number, session_id=visitor.session_id)
        status, content = await visitor.fetch(address)
        return number, (status, replayed, guessed, under_theirs), content

    number, answers, content = runner.run(scenario())
    assert uuid.UUID(number).version == 4
    assert answers == (200, 404, "", "")
    check_file(content, own, name=f"Best {own.marker}")


def test_a_file_dies_with_its_session(runner, tmp_path):
    script = tmp_path / "saved.py"
    script.write_text(
        "from pages._ui.downloads import save_button\n"
        "save_button('save', lambda: b'a', file_name='a.csv', mime='text/csv', key='save', on_click='ignore')\n"
    )

    async def scenario(url):
        visitor, other = await Visitor.arrive(url), await Visitor.arrive(url)
        number = visitor.tree.labelled("download_button", "save").deferred_file_id
        address = await visitor.deferred(number)
        before, _ = await other.fetch(address)
        await visitor.leave()
        await asyncio.sleep(2)
        for _ in range(2):  # Streamlit sees that a session is over as another one comes or goes
            await (await Visitor.arrive(url)).leave()
        after, _ = await other.fetch(address)
        again = await other.deferred(number)
        await other.leave()
        return before, after, again

    environment = ONE_THREAD | {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "1"}
    with Server(environment=environment, script=str(script)) as server:
        assert runner.run(scenario(server.url)) == (200, 404, "")


def test_an_upload_address_of_anothers_takes_nothing_gives_nothing_and_is_not_deleted(runner, people, intruder):
    visitor, own = people[0]
    address = visitor.sent_to

    async def scenario():
        read, _ = await intruder.fetch(address)
        sent = await intruder.put(address, own.file_name, customers(9).content)
        deleted, _ = await intruder.fetch(address, "DELETE")
        await visitor.go("Data")
        check_page(visitor, own)
        assert visitor.tree.metric("Customers") == f"{len(own.rows):,}"
        await labelled(visitor, own)
        return read, sent, deleted

    assert runner.run(scenario()) == (404, 404, 404)


def test_an_upload_address_is_dead_when_its_session_has_gone(runner, server):
    async def scenario():
        visitor = await Visitor.arrive(server.url)
        place = (await visitor.upload_places(["a.csv"]))[0]
        status_before = await visitor.put(place.upload_url, "a.csv", b"a,b\n1,2\n")
        await visitor.leave()
        return status_before, await visitor.put(place.upload_url, "a.csv", b"a,b\n1,2\n")

    assert runner.run(scenario()) == (204, 400)


def test_a_guessed_session_opens_a_new_one(runner, server, people):
    visitor, own = people[0]
    nearly = visitor.session_id[:-1] + ("0" if visitor.session_id[-1] != "0" else "1")

    async def scenario():
        opened = []
        for guess in (str(uuid.uuid4()), nearly, "0"):
            stranger = await Visitor.arrive(server.url, session_id=guess)
            check_page(stranger, customers(9))  # nothing of anybody's
            opened.append(stranger.session_id)
            await stranger.leave()
        await labelled(visitor, own)
        return opened

    opened = runner.run(scenario())
    assert len({visitor.session_id, nearly, *opened}) == 5


def test_a_session_is_come_back_to_by_its_own_browser_alone(runner, server, people):
    visitor, own = people[0]

    async def scenario():
        with pytest.raises(InvalidStatus) as refused:
            await Visitor.arrive(server.url, session_id=visitor.session_id)
        await visitor.drop()
        await visitor.connect(visitor.session_id)
        await visitor.run()
        await labelled(visitor, own)
        return refused.value.response.status_code

    session_id = visitor.session_id
    assert runner.run(scenario()) == 404
    assert visitor.session_id == session_id


def test_a_session_is_called_by_122_random_bits_which_the_log_does_not_tell(people, server):
    for visitor, _ in people:
        identity = uuid.UUID(visitor.session_id)
        assert identity.version == 4 and identity.variant == uuid.RFC_4122
        assert visitor.session_id not in server.log


def test_cleared_caches_cost_the_others_nothing_but_a_computation(runner, people, intruder):
    (visitor, own), *_ = people

    async def scenario():
        before = await visitor.download("Save my work")
        await intruder.clear_caches()
        await labelled(visitor, own)
        return before, await visitor.download("Save my work")

    before, after = map(without_time, runner.run(scenario()))
    assert before == after
    assert f"Best {own.marker}" in after


def without_time(recipe: bytes) -> str:
    """A recipe without the moment it was saved at."""
    return re.sub(r'"\d{4}-\d\d-\d\d[^"]*"', '""', recipe.decode())


def test_the_log_names_nothing_of_the_visitors_data(server, people):
    assert not re.search(r"zq\d{3}x", server.log)
