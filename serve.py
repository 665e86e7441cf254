"""The app as it is served: Streamlit behind a gate that is stricter than its own, and with a log that quotes nobody.

`streamlit run app.py` shows the same pages without both.
"""

import base64
import hashlib
import logging
import re
import secrets
import sys
import threading
import tomllib
import traceback
from collections import OrderedDict
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

HERE = str(Path(__file__).resolve().parent).encode()
_BROWSER = "cluster_explorer_browser"  # a cookie with a secret for every browser, which no script can read
_MOST_OWNED = 20_000
_OWNED = re.compile(r"/_stcore/upload_file/([^/]+)/|(?<!/static)/media/([^/.]*)")
_FILE = re.compile(rb"/media/([0-9a-f]{32})")  # no more of it: what comes behind is not told apart


def _inline_scripts() -> str:
    """The scripts that stand in Streamlit's page itself, named as a browser wants it."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_bytes()
    scripts = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in hashes)


HEADERS = {
    # Plotly draws large scatters by functions that it makes of text: without 'unsafe-eval' it says that there is no
    # WebGL. Both it and Streamlit write styles into the page.
    "Content-Security-Policy": (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {_inline_scripts()}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Owners:
    """Which browsers a session or a file was told to: those whose websocket its address went through.

    Streamlit serves an address to whoever has it, and addresses get into logs and histories. What nobody was told of
    for longest is forgotten where there is too much.
    """

    def __init__(self):
        self._browsers: OrderedDict[str, set[str]] = OrderedDict()

    def told(self, address: str, browser: str) -> None:
        self._browsers.setdefault(address, set()).add(browser)
        self._browsers.move_to_end(address)
        while len(self._browsers) > _MOST_OWNED:
            self._browsers.popitem(last=False)

    def refuse(self, scope, browser: str) -> bool:
        """Whether a request is for what belongs to others, or to nobody any more."""
        if scope["type"] == "http":
            address = _OWNED.search(scope["path"])
            return address is not None and browser not in self._browsers.get(address[1] or address[2], ())
        # A page that lost its connection names the session it comes back to among the protocols.
        return any(browser not in self._browsers.get(name, (browser,)) for name in scope.get("subprotocols", ()))


class Gate:
    """Refuse what a page of another origin sends, and what is another browser's; keep a browser to this server.

    Streamlit's own check lets in every page of the same machine, and asks an outside service for the machine's public
    address when a page comes from elsewhere.
    """

    def __init__(self, app):
        self.app, self._owners = app, Owners()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = cookie_parser(headers.get("cookie", "")).get(_BROWSER, "")
        browser = known or secrets.token_urlsafe(24)

        async def send_with_headers(message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(HEADERS)
            elif message["type"] == "websocket.accept" and not known:
                # SameSite=Strict would leave it out where a link of another site leads here, and a new one be given.
                cookie = f"{_BROWSER}={browser}; Path=/; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            elif message["type"] == "websocket.send":
                message = self._heard(message, browser)
            await send(message)

        origin = headers.get("origin")
        answer = self.app
        if origin is not None and _host(origin) != headers.get("host"):
            answer = PlainTextResponse("Foreign origin", status_code=403)
        elif self._owners.refuse(scope, browser):
            answer = PlainTextResponse("Not found", status_code=404)
        await answer(scope, receive, send_with_headers)

    def _heard(self, message, browser: str):
        """Note what a browser is told of: its session, and files that are made for it."""
        content = message.get("bytes") or b""
        if b"/media/" in content:
            for name in _FILE.findall(content):
                self._owners.told(name.decode(), browser)
        if HERE not in content:
            return message
        said = ForwardMsg.FromString(content)
        if said.WhichOneof("type") != "new_session":
            return message
        self._owners.told(said.new_session.initialize.session_id, browser)
        # What Streamlit tells every browser at the start of a run, without the folder that the app lies in.
        said.new_session.main_script_path = Path(said.new_session.main_script_path).name
        return message | {"bytes": said.SerializeToString()}


def _host(origin: str) -> str:
    """Whose page an origin is, "" if it is none; not the scheme, which only a proxy in front of the app can know."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


class QuietRecord(logging.LogRecord):
    """A line of the log that tells the kind of an error and where it was raised, and not what it says.

    What a library says of a value it cannot take quotes the value, and that is a cell of somebody's file.
    """

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        if self.exc_info and self.exc_info[1]:
            self.exc_text = _without_words(self.exc_info[1])
            self.exc_info = None
        if self.name == "asyncio":  # what it reports ends with the task or the call as Python shows it
            self.msg, self.args = re.match(r"[^<(\n]*", self.getMessage()).group(), ()


def _without_words(error: BaseException) -> str:
    lines = []
    while error is not None:
        lines += ["Traceback (what it said is left out):\n", *traceback.format_tb(error.__traceback__)]
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}\n")
        error = error.__cause__ or error.__context__
    return "".join(lines).rstrip()


def _log_uncaught(told) -> None:
    """Log what ended a thread or a destructor, for which Python itself would print it with its words."""
    if told.exc_type is not SystemExit:
        logging.getLogger("serve").error("An error that nothing caught", exc_info=told.exc_value)


def check_login(files) -> None:
    """End the server where it cannot be known who may come in: Streamlit would do without a login and say nothing."""
    for path in map(Path, files):
        if not path.is_file():
            continue
        try:
            secrets = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            sys.exit(f"{path} cannot be read, so it is not known who may log in: {error}")
        if not secrets.get("auth", True):
            sys.exit(f"{path} has an empty section [auth]: name a provider, or take the section out.")


check_login(st.get_option("secrets.files"))
logging.setLogRecordFactory(QuietRecord)
threading.excepthook = sys.unraisablehook = _log_uncaught
app = st.App(
    "app.py",
    middleware=[
        Middleware(Gate),
        # Streamlit asks for the host only where a session begins.
        Middleware(
            TrustedHostMiddleware, allowed_hosts=st.get_option("server.allowedHosts") or ["*"], www_redirect=False
        ),
    ],
)
