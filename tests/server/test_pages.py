"""The pages that the server ships: whole, closed to other hosts, and gone where not wanted."""

import re

import httpx
import pytest
from server.running import Client, Luxx, launch

from luxx.config import Settings

STREAM = {"Accept": "text/event-stream"}
FOLDER = "/static/playground/"
REFERENCE = re.compile(r'(?:src|href|action)="([^"]*)"')
#: What a style sheet fetches; pictures that it holds itself are no fetch.
FETCHED = re.compile(r"""@import|url\(["']?(?!data:)([^)"']*)""")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "font-src 'self'; worker-src 'self'"
)


PAGES = {
    "/": ("LUXX_CONSOLE", "/static/console/console.js"),
    "/graphql": ("LUXX_PLAYGROUND", "/static/playground/playground.js"),
    "/api/docs": ("LUXX_API_DOCS", "/static/reference/reference.js"),
}


async def test_the_playground_and_its_files_come_from_here_alone(luxx: Luxx) -> None:
    async with httpx.AsyncClient(base_url=luxx.url, trust_env=False) as http:
        page = await http.get("/graphql", headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["content-security-policy"] == POLICY
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "style=" not in page.text
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
        files = REFERENCE.findall(page.text)
        assert {f"{FOLDER}playground.js", f"{FOLDER}playground.css"} < set(files)
        for name in ("editor.worker.js", "json.worker.js", "graphql.worker.js"):
            files.append(FOLDER + name)
        sheet = (await http.get(f"{FOLDER}playground.css")).text
        files += [FOLDER + name.removeprefix("./") for name in FETCHED.findall(sheet)]
        assert f"{FOLDER}codicon.ttf" in files
        for path in files:
            assert path.startswith("/static/")
            assert (await http.get(path)).status_code == 200, path
        assert (await http.head("/graphql")).status_code == 200
        assert (await http.get("/graphql", headers=STREAM)).status_code == 405
        for outside in ("/static/../app.py", "/static/%2e%2e/__init__.py", "/static/nothing.js"):
            assert (await http.get(outside)).status_code == 404


async def test_every_page_is_strict_and_its_files_are_compressed(luxx: Luxx) -> None:
    async with httpx.AsyncClient(base_url=luxx.url, trust_env=False) as http:
        for path, (_, script) in PAGES.items():
            page = await http.get(path, headers={"Accept": "text/html"})
            policy = page.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; ")
            assert "frame-ancestors 'none'" in policy
            assert ("unsafe-inline" in policy) == (path != "/"), "styles, where others draw"
            found = await http.get(script)
            assert found.headers["content-encoding"] == "gzip"
            plain = await http.get(script, headers={"Accept-Encoding": "identity"})
            assert plain.content == found.content
            again = await http.get(script, headers={"If-None-Match": found.headers["etag"]})
            assert again.status_code == 304
            # Whole pages have an address each, with their policy, and no other.
            folder = script.rpartition("/")[0]
            assert (await http.get(f"{folder}/index.html")).status_code == 404
        assert (await http.get("/static/icon.svg")).headers["content-type"] == "image/svg+xml"
        small = await http.get("/api/openapi.json")
        assert small.headers["content-encoding"] == "gzip"
        plain = await http.get("/api/openapi.json", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.json() == small.json()


@pytest.mark.parametrize("turned_off", PAGES)
async def test_one_page_can_be_turned_off(settings: Settings, turned_off: str) -> None:
    async with (
        launch(settings, **{PAGES[turned_off][0]: "off"}) as luxx,
        httpx.AsyncClient(base_url=luxx.url, trust_env=False) as http,
    ):
        for path, (_, script) in PAGES.items():
            gone = path == turned_off
            assert (await http.get(path)).is_success != gone, path
            assert (await http.get(script)).is_success != gone, script
        described = await http.get("/api/openapi.json")
        assert described.is_success == (turned_off != "/api/docs")


async def test_all_pages_can_be_turned_off(settings: Settings) -> None:
    origin = "https://app.example.com"
    variables = {"LUXX_PLAYGROUND": "off", "LUXX_CONSOLE": "off", "LUXX_API_DOCS": "off"}
    variables["LUXX_CORS_ORIGINS"] = origin
    async with launch(settings, **variables) as luxx:
        here = Client(luxx.url)
        async with here.http as http:
            assert (await http.get("/graphql")).status_code == 405
            assert (await http.get(f"{FOLDER}playground.js")).status_code == 404
            assert (await http.get("/")).status_code == 404
            assert (await http.get("/static/icon.svg")).status_code == 404
            answer = await here.graphql("{ __typename }")
            assert answer == {"data": {"__typename": "Query"}}
            for asked, allowed in ((origin, origin), ("https://evil.example.com", None)):
                health = await http.get("/api/health", headers={"Origin": asked})
                assert health.headers.get("access-control-allow-origin") == allowed
