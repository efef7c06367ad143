"""The page that the server ships: whole, closed to other hosts, and gone where it is not wanted."""

import re

import httpx
from server.running import Client, Luxx, launch

from luxx.config import Settings

REFERENCE = re.compile(r'(?:src|href|action)="([^"]*)"')
ELSEWHERE = re.compile(r"(?:https?:)?//[a-z]|@import|url\(")
#: Comments, and the name of a picture's language.
HARMLESS = re.compile(r'^\s*//.*$|xmlns="[^"]*"', re.MULTILINE)


async def test_the_page_and_its_files_come_from_here_alone(luxx: Luxx) -> None:
    async with httpx.AsyncClient(base_url=luxx.url, trust_env=False) as http:
        page = await http.get("/graphql", headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        files = REFERENCE.findall(page.text)
        assert len(files) >= 2
        for path in files:
            file = await http.get(path)
            assert file.status_code == 200
            assert not ELSEWHERE.search(HARMLESS.sub("", file.text))
        assert not ELSEWHERE.search(page.text)
        assert "style=" not in page.text
        assert (await http.head("/graphql")).status_code == 200
        home = await http.get("/")
        assert (home.status_code, home.headers["location"]) == (307, "/graphql")
        for outside in ("/static/../app.py", "/static/%2e%2e/__init__.py", "/static/nothing.js"):
            assert (await http.get(outside)).status_code == 404


async def test_the_page_can_be_turned_off(settings: Settings) -> None:
    origin = "https://app.example.com"
    variables = {"LUXX_PLAYGROUND": "off", "LUXX_CORS_ORIGINS": origin}
    async with launch(settings, **variables) as luxx:
        here = Client(luxx.url)
        async with here.http as http:
            assert (await http.get("/graphql")).status_code == 405
            assert (await http.get("/static/playground.js")).status_code == 404
            assert (await http.get("/")).status_code == 404
            answer = await here.graphql("{ __typename }")
            assert answer == {"data": {"__typename": "Query"}}
            for asked, allowed in ((origin, origin), ("https://evil.example.com", None)):
                health = await http.get("/api/health", headers={"Origin": asked})
                assert health.headers.get("access-control-allow-origin") == allowed
