"""A visitor without a browser: Streamlit's websocket protocol, spoken as its own front end speaks it.

What the server sends is put together into the tree of elements that a browser would draw; what a person does is sent
back as the values of widgets. Written against Streamlit 1.67.
"""

import asyncio
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect

from tests.load.tree import Tree

_PATIENCE = 300  # seconds after which a run that has not ended has failed
_OLDEST = 2  # runs for which a message is remembered that was not used again, as the front end does
_XSRF = "_streamlit_xsrf"


class Visitor:
    """One visitor of the app, with a session of their own.

    `session_id` is what the server calls the session, `tree` what the page shows.
    """

    def __init__(self, url: str):
        self.url = url
        self.tree = Tree()
        self.session_id = ""
        self._page_hash = ""
        self._values: dict[str, WidgetState] = {}
        self._messages: dict[str, tuple[bytes, int]] = {}  # kept by hash, with the run that used it last
        self._n_runs = 0
        self._has_begun = False
        self._ended = asyncio.Event()
        self._answers: dict[str, asyncio.Future] = {}
        self._clocks: dict[str, asyncio.Task] = {}
        self._turn = asyncio.Lock()
        self._broken: BaseException | None = None
        self._cookie = self._cookies = ""
        self._socket = self._reader = None

    @classmethod
    async def arrive(cls, url: str, *, session_id: str = "") -> "Visitor":
        """Connect as a browser does and see the start page.

        Parameters
        ----------
        session_id : str, optional
            A session to come back to.
        """
        visitor = cls(url)
        await visitor.connect(session_id)
        await visitor.run()
        return visitor

    async def connect(self, session_id: str = "") -> None:
        """Open the websocket; with a session's id, come back to it."""
        if not self._cookie:
            self._cookie = await asyncio.to_thread(_xsrf_cookie, self.url)
            self._cookies = f"{_XSRF}={self._cookie}"
        self._socket = await connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            origin=self.url,
            subprotocols=["streamlit", self._cookie, *filter(None, [session_id])],
            additional_headers={"Cookie": self._cookies},
            max_size=None,
            open_timeout=_PATIENCE,
            ping_interval=None,  # a browser sends none either
        )
        for given in self._socket.response.headers.get_all("Set-Cookie"):
            self._cookies += f"; {given.partition(';')[0]}"
        self._broken = None
        self._reader = asyncio.create_task(self._read())

    async def leave(self) -> None:
        """Close the connection, as a closed tab does."""
        self._stop_clocks()
        if self._socket is not None:
            await self._socket.close()
            await self._reader

    async def drop(self) -> None:
        """Lose the connection without a word, as a laptop that is closed."""
        self._stop_clocks()
        self._socket.transport.abort()
        await self._reader

    # What a person does

    async def go(self, title: str) -> None:
        """Follow the menu to the page of this title."""
        links = self.tree.elements("page_link")
        link = next((one for one in links if one.label.startswith(title) and not one.disabled), None)
        assert link is not None, f"The menu has no way to {title!r}: {[one.label for one in links]}"
        await self.run(page_script_hash=link.page_script_hash)

    async def press(self, label: str) -> None:
        """Press the button of this label."""
        button = self.tree.labelled("button", label)
        assert not button.disabled, f"The button {label!r} cannot be pressed."
        await self.run(triggers=[WidgetState(id=button.id, trigger_value=True)])

    async def choose(self, kind: str, label: str, **value: Any) -> None:
        """Give a widget a value, by the field of Streamlit's `WidgetState` that carries it; lists as they are."""
        element = self.tree.labelled(kind, label)
        state = WidgetState(id=element.id)
        for field, given in value.items():
            if isinstance(given, list):
                getattr(state, field).data.extend(given)
            else:
                setattr(state, field, given)
        self._values[element.id] = state
        await self.run()

    async def upload(self, name: str, content: bytes, *, label: str = "") -> str:
        """Give a file to an uploader, the first one if no label is given; returns the address it was sent to."""
        uploader = self.tree.labelled("file_uploader", label) if label else self.tree.elements("file_uploader")[0]
        place = (await self.upload_places([name]))[0]
        await self.put(place.upload_url, name, content)
        state = WidgetState(id=uploader.id)
        info = state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=place.file_id
        )
        info.file_urls.CopyFrom(place)
        self._values[uploader.id] = state
        await self.run()
        return place.upload_url

    async def upload_places(self, names: list[str]):
        """Ask where files may be sent to."""
        message = BackMsg()
        request = message.file_urls_request
        request.request_id, request.session_id = uuid.uuid4().hex, self.session_id
        request.file_names.extend(names)
        return (await self._ask(message, request.request_id)).file_urls_response.file_urls

    async def put(self, address: str, name: str, content: bytes) -> int:
        """Send a file to an upload address; returns the HTTP status."""
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        status, _ = await self.fetch(address, "PUT", body, kind)
        return status

    async def download(self, label: str) -> bytes:
        """Press a download button and save the file."""
        button = self.tree.labelled("download_button", label)
        address = await self.deferred(button.deferred_file_id) if button.deferred_file_id else button.url
        assert address, f"{label!r} gives no file."
        status, content = await self.fetch(address)
        assert status == 200, f"{label!r} gives no file: status {status}."
        return content

    async def deferred(self, file_id: str, session_id: str = "") -> str:
        """Have a file made that is made when it is asked for; returns its address, "" where that is refused."""
        message = BackMsg()
        request = message.backend_operation_request
        request.request_id, request.session_id = uuid.uuid4().hex, session_id or self.session_id
        request.deferred_file.file_id = file_id
        return (await self._ask(message, request.request_id)).backend_operation_response.deferred_file.url

    async def fetch(
        self, address: str, method: str = "GET", body: bytes | None = None, headers: dict | None = None
    ) -> tuple[int, bytes]:
        """An HTTP request as this visitor's browser sends it; returns status and content."""
        own = {"Cookie": self._cookies, "X-Xsrftoken": self._cookie} | (headers or {})
        return await asyncio.to_thread(_fetch, self.url + address, method, body, own)

    async def clear_caches(self) -> None:
        """Send the message that empties the caches, and run the page again as the front end does."""
        await self._send(BackMsg(clear_cache=True))
        await self.run()

    async def until(self, holds: Callable[["Visitor"], Any], *, seconds: float, what: str) -> None:
        """Wait while the page draws itself anew (as one with a background job does) until this holds."""
        try:
            async with asyncio.timeout(seconds):
                while not holds(self):
                    self._check()
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"Not within {seconds} s: {what}. The page says: {self.tree.text()[:600]}") from None

    # The protocol

    async def run(self, *, triggers: list[WidgetState] | None = None, **state: Any) -> None:
        """Have the script run, and wait until it has come to rest; what went wrong on the page is raised."""
        async with self._turn:
            self._check()
            message = BackMsg()
            request = message.rerun_script
            request.page_script_hash = self._page_hash
            for field, value in state.items():
                setattr(request, field, value)
            request.widget_states.widgets.extend([*self._values.values(), *(triggers or [])])
            request.cached_message_hashes.extend(self._messages)
            context = request.context_info
            context.timezone, context.timezone_offset, context.locale = "Europe/London", 0, "en-GB"
            context.url, context.is_embedded, context.color_scheme = self.url, False, "light"
            self._has_begun = False
            self._ended.clear()
            await self._send(message)
            async with asyncio.timeout(_PATIENCE):
                await self._ended.wait()
            self._check()

    async def _send(self, message: BackMsg) -> None:
        await self._socket.send(message.SerializeToString())

    async def _ask(self, message: BackMsg, request_id: str) -> ForwardMsg:
        answer = self._answers[request_id] = asyncio.get_running_loop().create_future()
        await self._send(message)
        async with asyncio.timeout(_PATIENCE):
            return await answer

    def _check(self) -> None:
        if self._broken is not None:
            raise self._broken

    async def _read(self) -> None:
        try:
            async for payload in self._socket:
                self._take(ForwardMsg.FromString(payload))
            raise ConnectionError("The server closed the connection.")
        except Exception as error:
            self._broken = error
            self._ended.set()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(error)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            metadata, known = message.metadata, self._messages[message.ref_hash][0]
            self._messages[message.ref_hash] = known, self._n_runs
            message = ForwardMsg.FromString(known)
            message.metadata.CopyFrom(metadata)
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable:
            self._messages[message.hash] = message.SerializeToString(), self._n_runs
        if kind == "delta":
            self.tree.apply(list(message.metadata.delta_path), message.delta)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "script_finished":
            self._end(message)
        elif kind == "auto_rerun":
            self._start_clock(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment_id in message.stop_auto_rerun.fragment_ids:
                self._clocks.pop(fragment_id, None)
        elif kind == "session_event":
            raise AssertionError(f"The server reports: {message.session_event}")
        elif kind == "file_urls_response":
            self._answers.pop(message.file_urls_response.response_id).set_result(message)
        elif kind == "backend_operation_response":
            self._answers.pop(message.backend_operation_response.request_id).set_result(message)

    def _begin(self, message: ForwardMsg) -> None:
        started = message.new_session
        self._has_begun = True
        self.session_id = started.initialize.session_id
        fragment_ids = list(message.metadata.run.fragment_ids)
        if not fragment_ids:
            self._clocks.clear()
        if started.page_script_hash != self._page_hash:
            self._page_hash = started.page_script_hash
            self.tree.clear()
        self.tree.begin(message.metadata.run.script_run_id, fragment_ids)

    def _end(self, message: ForwardMsg) -> None:
        self._n_runs += 1
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        if message.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.tree.end()
            ids = self.tree.widget_ids()
            self._values = {key: value for key, value in self._values.items() if key in ids}
            self._messages = {key: kept for key, kept in self._messages.items() if self._n_runs - kept[1] <= _OLDEST}
        if wrong := self.tree.exceptions():
            self._broken = AssertionError(f"The page shows an exception: {wrong}")
        if self._has_begun:
            self._ended.set()

    def _start_clock(self, fragment_id: str, seconds: float) -> None:
        """Run a fragment again and again, as the front end does for one that asks for it."""
        if fragment_id in self._clocks:
            return

        async def tick():
            await asyncio.sleep(seconds)
            while self._clocks.get(fragment_id) is clock and self._broken is None:
                await self.run(fragment_id=fragment_id, is_auto_rerun=True)
                await asyncio.sleep(seconds)

        clock = self._clocks[fragment_id] = asyncio.create_task(tick())
        clock.add_done_callback(self._keep_error)

    def _keep_error(self, clock: asyncio.Task) -> None:
        if not clock.cancelled() and clock.exception() is not None and self._broken is None:
            self._broken = clock.exception()

    def _stop_clocks(self) -> None:
        for clock in self._clocks.values():
            clock.cancel()
        self._clocks.clear()


def _xsrf_cookie(url: str) -> str:
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=_PATIENCE) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    return next(one.split(";")[0].partition("=")[2] for one in cookies if one.startswith(_XSRF))


def _fetch(address: str, method: str, body: bytes | None, headers: dict) -> tuple[int, bytes]:
    request = urllib.request.Request(address, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
