"""A browser that comes back to a session which is gone: the server was started anew, or it was away for too long."""

import asyncio
from uuid import uuid4

from pages._ui.sentences import LOST
from tests.load.client import Visitor


def test_who_comes_back_to_a_session_that_is_gone_is_told_and_can_begin_anew(server):
    async def come_back() -> None:
        visitor = await Visitor.arrive(server, session_id=str(uuid4()))
        assert LOST in visitor.tree.text()
        await visitor.go("Data")
        assert LOST in visitor.tree.text()
        await visitor.upload("customers.csv", b"a,b\n1,2\n2,3\n9,9\n")
        assert LOST not in visitor.tree.text()
        assert visitor.tree.metric("Customers") == "3"
        await visitor.leave()

    asyncio.run(come_back())


def test_nobody_is_told_that_a_table_is_gone_which_may_never_have_been():
    assert "If you had a table here, it is gone" in LOST


def test_who_comes_for_the_first_time_is_told_nothing(server):
    async def come() -> None:
        visitor = await Visitor.arrive(server)
        assert LOST not in visitor.tree.text()
        await visitor.leave()

    asyncio.run(come())
