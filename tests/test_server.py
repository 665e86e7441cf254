"""What the running server refuses and what it keeps to itself, seen from outside."""

import contextlib
import http.client
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from tests.serving import ROOT, WatchedServer

MEGABYTE = 1024 * 1024
SHELL = b'<div id="root">'  # Streamlit's empty page, which it answers with where it knows nothing
WAYS_OUT = ("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "..%5c..%5cetc%5cpasswd", "%2e%2e/serve.py", "/etc/passwd")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with WatchedServer(tmp_path_factory.mktemp("server"), "--server.maxUploadSize=1") as server:
        yield server


def ask(server, path, method="GET", body=None, **headers):
    """Send one request as it stands: no client puts the path or the headers in order first."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with contextlib.closing(connection):
        connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


def visit(server):
    return connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", max_size=None)


def run(visitor, state):
    """Have a page drawn, and return what the server sends until it is."""
    visitor.send(BackMsg(rerun_script=state).SerializeToString())
    messages = []
    while not messages or messages[-1].WhichOneof("type") != "script_finished":
        messages.append(ForwardMsg.FromString(visitor.recv(timeout=60)))
    return messages


@contextlib.contextmanager
def session(server):
    """The id of a visitor's session, and the headers without which nothing may be uploaded there."""
    with visit(server) as visitor:
        drawn = run(visitor, ClientState(page_name="How_k_means_works"))
        session_id = next(m.new_session.initialize.session_id for m in drawn if m.WhichOneof("type") == "new_session")
        browser = visitor.response.headers["Set-Cookie"].split(";")[0]
        yield session_id, token(server, browser)


def token(server, browser=""):
    """The cookies and the header that a page sends with an upload."""
    cookie = ask(server, "/_stcore/health")[2]["Set-Cookie"].split(";")[0]
    return {"Cookie": f"{cookie}; {browser}", "X_Xsrftoken": cookie.split("=", 1)[1]}


KIND = {"Content_Type": "multipart/form-data; boundary=edge"}
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="some-file.csv"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"


def upload(server, session_id, content, **headers):
    path = f"/_stcore/upload_file/{session_id}/some-file"
    return ask(server, path, "PUT", HEAD + content + TAIL, **KIND, **headers)


def test_it_listens_on_the_own_machine_only(server):
    listening = [c.laddr.ip for c in psutil.Process(server.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"]


@pytest.mark.parametrize("path", ["/", "/Data", "/_stcore/health", "/_stcore/host-config", "/media/x.csv"])
def test_a_foreign_host_gets_no_page(server, path):
    for host in ("evil.example", f"localhost.evil.example:{server.port}"):
        assert ask(server, path, Host=host)[0] in (400, 404)


@pytest.mark.parametrize("host, origin", [("evil.example", None), ("127.0.0.1", "http://evil.example")])
def test_a_foreign_page_gets_no_session(server, host, origin):
    with socket.create_connection(("127.0.0.1", server.port)) as raw, pytest.raises(InvalidStatus) as refused:
        connect(f"ws://{host}:{server.port}/_stcore/stream", sock=raw, origin=origin)
    assert refused.value.response.status_code in (400, 403)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:8501", "http://["]
)
def test_a_page_of_another_origin_gets_nothing_at_all(server, origin):
    status, body, headers = ask(server, "/_stcore/health", Origin=origin)
    assert (status, body) == (403, b"Foreign origin")
    assert "Access-Control-Allow-Origin" not in headers


def test_a_foreign_page_makes_the_server_ask_nobody_for_its_address(server):
    ask(server, "/_stcore/stream", Origin="http://evil.example")
    with contextlib.suppress(InvalidStatus):
        connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", origin="http://evil.example")
    assert server.events("connect") == []


def test_its_own_page_gets_a_session(server):
    with session(server) as (session_id, _):
        assert session_id


def test_an_upload_of_the_largest_size_is_taken(server):
    with session(server) as (session_id, good):
        content = bytes(MEGABYTE - len(HEAD + TAIL))
        assert upload(server, session_id, content, **good)[0] == 204


def test_an_upload_that_says_it_is_too_large_is_refused_before_it_is_read(server):
    with session(server) as (session_id, good):
        path = f"/_stcore/upload_file/{session_id}/some-file"
        status, body, _ = ask(server, path, "PUT", b"", **KIND, **good, Content_Length=str(MEGABYTE + 1))
        assert (status, body) == (413, b"File too large")


def test_an_upload_that_does_not_say_its_size_is_cut_off_at_the_limit(server):
    def pieces():
        yield HEAD
        for _ in range(40):
            yield bytes(MEGABYTE // 10)
        yield TAIL

    with session(server) as (session_id, good):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        with contextlib.closing(connection):
            headers = {name.replace("_", "-"): text for name, text in (KIND | good).items()}
            path = f"/_stcore/upload_file/{session_id}/some-file"
            # The server may hang up while the rest is being sent.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request("PUT", path, pieces(), headers, encode_chunked=True)
            assert connection.getresponse().status == 413
    assert list(server.temporary.iterdir()) == []


def test_an_upload_without_the_pages_own_token_is_refused(server):
    with session(server) as (session_id, good):
        assert upload(server, session_id, b"a,b\n1,2\n", Cookie=good["Cookie"])[0] == 403
        assert upload(server, session_id, b"a,b\n1,2\n", **good | {"X_Xsrftoken": "2|00|00|0"})[0] == 403


def test_an_upload_for_no_session_is_refused(server):
    with session(server) as (_, good):
        assert upload(server, secrets.token_hex(16), b"a,b\n1,2\n", **good)[0] == 404


def test_an_upload_to_a_session_of_another_browser_is_refused(server):
    with session(server) as (session_id, good), session(server) as (_, others):
        assert upload(server, session_id, b"a,b\n1,2\n", **others)[0] == 404
        assert upload(server, session_id, b"a,b\n1,2\n", **token(server))[0] == 404
        assert upload(server, session_id, b"a,b\n1,2\n", **good)[0] == 204


def test_who_has_the_cookie_already_is_given_no_other(server):
    with visit(server) as visitor:
        given = visitor.response.headers["Set-Cookie"]
    assert "HttpOnly" in given and "SameSite=Lax" in given
    url, known = f"ws://127.0.0.1:{server.port}/_stcore/stream", {"Cookie": given.split(";")[0]}
    with connect(url, additional_headers=known) as visitor:
        assert "Set-Cookie" not in visitor.response.headers


def test_a_guessed_file_is_not_there(server):
    name = secrets.token_hex(28)
    for path in (f"/media/{name}.csv", f"/media//{name}.csv", f"/_stcore/upload_file/{name}/{name}"):
        assert ask(server, path)[0] == 404
        assert ask(server, path, Range="bytes=0-9")[0] == 404


def test_what_belongs_to_every_page_is_given_to_everybody(server):
    static = Path(streamlit.__file__).parent / "static"
    fonts = sorted(static.glob("static/media/*.woff2"))
    assert fonts
    for font in fonts[:3]:
        assert ask(server, f"/{font.relative_to(static).as_posix()}")[0] == 200


@pytest.mark.parametrize("route", ["", "static", "media", "component/x", "_stcore/bidi-components/x", "app/static"])
def test_no_path_leads_out_of_what_is_served(server, route):
    for path in WAYS_OUT:
        status, body, _ = ask(server, f"/{route}/{path}")
        assert status in (400, 404) or SHELL in body, path
        assert b"root:" not in body
        assert b"TrustedHost" not in body


@pytest.mark.parametrize("path", ["serve.py", "pages/1_Data.py", ".streamlit/config.toml", "sample_data/iris.csv"])
def test_the_projects_own_files_are_not_served(server, path):
    assert (ROOT / path).is_file()
    assert SHELL in ask(server, f"/{path}")[1]


def test_no_program_drives_the_app(server):
    for path in ("interact", "mcp"):
        status, body, _ = ask(server, f"/_stcore/agent/{path}", "POST", b"{}", Content_Type="application/json")
        assert status in (400, 403)
        assert b"off" in body or b"enable" in body


def test_what_anybody_may_ask_tells_nothing_of_the_data_or_the_machine(server):
    with session(server):
        for path in ("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/agent/openapi.json"):
            status, body, _ = ask(server, path)
            assert status in (200, 404)
            for inside in (str(ROOT), str(server.folder), "some-file", socket.gethostname()):
                assert inside.encode() not in body, path


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/media/x", "/static/x.js"])
def test_every_answer_keeps_the_browser_to_this_server(server, path):
    headers = ask(server, path)[2]
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_nonsense_on_the_websocket_ends_that_session_alone_and_tells_it_nothing(server):
    said = []
    with visit(server) as visitor:
        visitor.send(b"\xff" * 1000)
        with pytest.raises(ConnectionClosedError):
            while True:
                said.append(visitor.recv(timeout=60))
    assert said == []
    assert ask(server, "/_stcore/health")[1] == b"ok"


def test_what_goes_wrong_deep_inside_is_told_to_the_log_and_not_to_the_browser(server):
    state = ClientState(page_name="How_k_means_works")
    with visit(server) as visitor:
        elements = [one.delta.new_element for one in run(visitor, state) if one.WhichOneof("type") == "delta"]
        scene = next(one.selectbox.id for one in elements if one.WhichOneof("type") == "selectbox")
        # A list where a text belongs: no page expects it, and Streamlit falls over it in the middle of its own work.
        wrong = WidgetState(id=scene, string_array_value=StringArray(data=["4711"]))
        sent = run(visitor, ClientState(page_name=state.page_name, widget_states=WidgetStates(widgets=[wrong])))
    assert b"The original error message is redacted" in b"".join(one.SerializeToString() for one in sent)
    for inside in (b"Traceback", b"TypeError", b"site-packages", str(ROOT).encode()):
        assert inside not in b"".join(one.SerializeToString() for one in sent)
    assert "builtins.TypeError" in server.log
    assert "selectbox.py" in server.log


def test_the_log_tells_where_an_error_was_raised_and_not_what_it_says():
    code = """
import logging, serve
try:
    try:
        float("Miller-4711")
    except ValueError as error:
        raise KeyError("Smith-4712") from error
except KeyError:
    logging.getLogger("streamlit").exception("Uncaught app execution")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "builtins.KeyError" in done.stderr
    assert "builtins.ValueError" in done.stderr
    assert "line 7, in" in done.stderr
    assert "4711" not in done.stderr
    assert "4712" not in done.stderr


def test_the_log_does_not_tell_what_a_task_a_thread_or_a_destructor_died_of():
    code = """
import asyncio, threading, serve

def dies():
    raise ValueError("Miller-4711")

class Dying:
    def __repr__(self):
        return "Smith-4712"
    def __del__(self):
        dies()

async def main():
    async def task():
        dies()
    asyncio.create_task(task())
    asyncio.get_running_loop().call_soon(lambda name: dies(), "Miller-4711")
    await asyncio.sleep(0.01)

asyncio.run(main())
thread = threading.Thread(target=dies)
thread.start()
thread.join()
Dying()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.count("builtins.ValueError") == 4
    assert done.stderr.count("in dies") == 4
    assert "Task exception was never retrieved" in done.stderr
    assert "4711" not in done.stderr
    assert "4712" not in done.stderr


def test_secrets_that_name_nobody_end_the_server_rather_than_let_everybody_in(tmp_path):
    code = """
import sys, serve
for path in sys.argv[1:]:
    try:
        serve.check_login([path])
    except SystemExit as end:
        print(end)
"""
    paths = []
    for name, content in (("broken", "[auth\n"), ("empty", "[auth]\n"), ("other", "[database]\n"), ("absent", None)):
        paths.append(tmp_path / f"{name}.toml")
        if content is not None:
            paths[-1].write_text(content)
    done = subprocess.run([sys.executable, "-c", code, *paths], cwd=ROOT, capture_output=True, text=True, check=True)
    broken, empty = done.stdout.splitlines()
    assert broken.startswith(f"{paths[0]} cannot be read, so it is not known who may log in: ")
    assert empty == f"{paths[1]} has an empty section [auth]: name a provider, or take the section out."
