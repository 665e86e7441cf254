"""A server with a login: nobody is shown anything before, everybody can be told apart after (OpenID Connect)."""

import http.client
import http.server
import json
import threading
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import connect

from tests.serving import WatchedServer, free_port

pytest.importorskip("authlib", reason="The login needs Authlib and httpx: pip install 'streamlit[auth]'.")

PAGES = ("", "Data", "Features", "Choose_k", "Clusters", "Segments", "Export", "New_customers", "Compare")


class Provider(http.server.BaseHTTPRequestHandler):
    """As much of an OpenID provider as a login needs; it lets everybody in as Ada."""

    def do_GET(self):
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        own = f"http://127.0.0.1:{self.server.server_port}"
        if path == "/authorize":
            self.server.nonce = query["nonce"][0]
            back = urlencode({"code": "code", "state": query["state"][0]})
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri'][0]}?{back}")
            self.end_headers()
        elif path == "/keys":
            self.tell({"keys": [self.server.key.as_dict(private=False)]})
        else:
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            self.tell({name: f"{own}/{end}" for name, end in ends.items()} | {"issuer": own})

    def do_POST(self):
        from joserfc import jwt

        self.rfile.read(int(self.headers["Content-Length"]))
        own, now = f"http://127.0.0.1:{self.server.server_port}", int(time.time())
        claims = {"iss": own, "aud": "explorer", "sub": "1", "iat": now, "exp": now + 600, "email": "ada@example.org"}
        signed = jwt.encode({"alg": "RS256"}, claims | {"nonce": self.server.nonce}, self.server.key)
        self.tell({"access_token": "a", "token_type": "Bearer", "id_token": signed})

    def tell(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def provider():
    from joserfc.jwk import RSAKey

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        server.key = RSAKey.generate_key(2048)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def server(provider, tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        'cookie_secret = "a-secret-of-the-test-that-is-long-enough"\nclient_id = "explorer"\nclient_secret = "x"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
    with WatchedServer(folder, f"--secrets.files={secrets}", port=port) as server:
        yield server


class Visitor:
    """A browser's cookies, and what it is shown."""

    def __init__(self, server):
        self.server = server
        self.cookies: dict[str, str] = {}
        self.get("/_stcore/health")

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def get(self, address):
        """Follow an address and all that it leads to."""
        where = urlsplit(address)
        connection = http.client.HTTPConnection("127.0.0.1", where.port or self.server.port, timeout=60)
        connection.request("GET", f"{where.path}?{where.query}", headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        if 300 <= answer.status < 400:
            self.get(answer.headers["Location"])

    def see(self, page, pressed=None):
        """What the server sends for a page: the elements, and the address it is sent on to."""
        address = f"ws://127.0.0.1:{self.server.port}/_stcore/stream"
        headers = {"Cookie": self.cookie}
        with connect(
            address,
            origin=self.server.url,
            subprotocols=["streamlit", self.cookies["_streamlit_xsrf"]],
            additional_headers=headers,
            max_size=None,
        ) as socket:
            elements, _ = self.draw(socket, ClientState(page_name=page))
            if pressed is None:
                return elements
            button = next(one.button.id for one in elements if one.button.label == pressed)
            states = WidgetStates(widgets=[WidgetState(id=button, trigger_value=True)])
            return self.draw(socket, ClientState(page_name=page, widget_states=states))[1]

    @staticmethod
    def draw(socket, state):
        socket.send(BackMsg(rerun_script=state).SerializeToString())
        elements, address = [], None
        while True:
            said = ForwardMsg.FromString(socket.recv(timeout=60))
            match said.WhichOneof("type"):
                case "delta" if said.delta.WhichOneof("type") == "new_element":
                    elements.append(said.delta.new_element)
                case "auth_redirect":
                    address = said.auth_redirect.url
                case "script_finished":
                    return elements, address


def kinds(elements):
    return {one.WhichOneof("type") for one in elements}


@pytest.mark.parametrize("page", PAGES)
def test_before_the_login_a_page_shows_the_way_to_it_and_nothing_else(server, page):
    elements = Visitor(server).see(page)
    assert [one.button.label for one in elements if one.WhichOneof("type") == "button"] == ["Log in"]
    assert kinds(elements) <= {"heading", "markdown", "button"}


def test_after_the_login_the_page_is_shown_with_the_name_and_a_way_out(server):
    visitor = Visitor(server)
    visitor.get(visitor.see("Data", pressed="Log in"))
    elements = visitor.see("Data")
    assert "file_uploader" in kinds(elements)
    assert "Log out" in [one.button.label for one in elements if one.WhichOneof("type") == "button"]
    assert any("example" in one.markdown.body for one in elements if one.WhichOneof("type") == "markdown")


def test_a_forged_cookie_lets_nobody_in(server):
    visitor = Visitor(server)
    visitor.get(visitor.see("Data", pressed="Log in"))
    good = visitor.cookies["_streamlit_user"]
    visitor.cookies["_streamlit_user"] = good[:-4] + ("AAAA" if not good.endswith("AAAA") else "BBBB")
    assert "file_uploader" not in kinds(visitor.see("Data"))


def test_logging_out_ends_it(server):
    visitor = Visitor(server)
    visitor.get(visitor.see("Data", pressed="Log in"))
    visitor.get(visitor.see("Data", pressed="Log out"))
    assert "file_uploader" not in kinds(visitor.see("Data"))
