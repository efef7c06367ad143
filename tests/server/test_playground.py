"""The page that the server ships: whole, closed to other hosts, and gone where it is not wanted."""

import re

import httpx
from server.running import Client, Luxx, launch

from luxx.config import Settings

FOLDER = "/static/playground/"
REFERENCE = re.compile(r'(?:src|href|action)="([^"]*)"')
#: What a style sheet fetches; pictures that it holds itself are no fetch.
FETCHED = re.compile(r"""@import|url\(["']?(?!data:)([^)"']*)""")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "font-src 'self'; worker-src 'self'"
)


async def test_the_page_and_its_files_come_from_here_alone(luxx: Luxx) -> None:
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
        for outside in ("/static/../app.py", "/static/%2e%2e/__init__.py", "/static/nothing.js"):
            assert (await http.get(outside)).status_code == 404


async def test_the_page_can_be_turned_off(settings: Settings) -> None:
    origin = "https://app.example.com"
    variables = {"LUXX_PLAYGROUND": "off", "LUXX_CONSOLE": "off", "LUXX_API_DOCS": "off"}
    variables["LUXX_CORS_ORIGINS"] = origin
    async with launch(settings, **variables) as luxx:
        here = Client(luxx.url)
        async with here.http as http:
            assert (await http.get("/graphql")).status_code == 405
            assert (await http.get(f"{FOLDER}playground.js")).status_code == 404
            assert (await http.get("/")).status_code == 404
            answer = await here.graphql("{ __typename }")
            assert answer == {"data": {"__typename": "Query"}}
            for asked, allowed in ((origin, origin), ("https://evil.example.com", None)):
                health = await http.get("/api/health", headers={"Origin": asked})
                assert health.headers.get("access-control-allow-origin") == allowed
