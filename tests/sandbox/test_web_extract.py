"""Reading HTML: what is found, what a hostile page can do, and what is left of the workers."""

import asyncio
import io
import json
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator

import psutil
import pytest
from sandbox.loopback import MakeEgress

from luxx.sandbox import readable
from luxx.sandbox.extract import WORKERS, Extractor
from luxx.sandbox.fetch import Page, Web
from luxx.sandbox.readable import LENGTH, plain, title

SENTENCE = "The quick brown fox jumps over the lazy dog, and then it rests a while. "
ARTICLE = f"""<!doctype html><html><head><title>A &amp; B</title><style>p {{}}</style></head><body>
<nav><a href="/home">Home</a></nav><article><h1>Foxes</h1><p>{SENTENCE * 5}
<a href="/more">more</a></p><ul><li>one</li><li>two</li></ul></article>
<script>alert("no")</script></body></html>"""
MANY_ATTRIBUTES = f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>found all the same</p>"
NESTED = "<div>" * 200_000 + "deep" + "</div>" * 200_000


@pytest.fixture
async def extractor() -> AsyncIterator[Extractor]:
    extractor = Extractor()
    yield extractor
    await extractor.close()


@pytest.fixture
async def hasty() -> AsyncIterator[Extractor]:
    hasty = Extractor(time_limit=1.0)
    yield hasty
    await hasty.close()


def workers() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if _is_worker(each)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return any(part.endswith("readable.py") for part in process.cmdline())
    except psutil.Error:
        return False


async def test_an_article_becomes_markdown_or_text(extractor: Extractor) -> None:
    markdown = await extractor.extract(ARTICLE, "http://h.example/a/", "markdown")
    assert markdown is not None
    assert "# Foxes" in markdown
    assert "[more](http://h.example/more)" in markdown
    assert "- one" in markdown
    text = await extractor.extract(ARTICLE, "http://h.example/a/", "text")
    assert text is not None
    assert "Foxes" in text
    for left_out in ("#", "[more]", "alert", "Home", "{}"):
        assert left_out not in text


async def test_one_worker_reads_one_page_after_another(extractor: Extractor) -> None:
    await extractor.extract(ARTICLE, "", "text")
    (first,) = workers()
    await extractor.extract(ARTICLE, "", "text")
    assert workers() == [first]
    assert first.environ().keys() <= {"LD_LIBRARY_PATH"}


async def test_only_so_many_workers_run_at_once(extractor: Extractor) -> None:
    found = await asyncio.gather(*(extractor.extract(ARTICLE, "", "text") for _ in range(6)))
    assert len(set(found)) == 1
    assert len(workers()) == WORKERS
    await extractor.close()
    assert workers() == []


@pytest.mark.parametrize("page", [MANY_ATTRIBUTES, NESTED], ids=["attributes", "nested"])
async def test_a_hostile_page_does_not_hold_the_server(page: str, hasty: Extractor) -> None:
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - start - 0.01)

    watching = asyncio.create_task(watch())
    start = time.perf_counter()
    found = await hasty.extract(page, "", "markdown")
    took = time.perf_counter() - start
    watching.cancel()
    assert found is None or "deep" in found
    assert took < 5
    assert longest < 0.25
    assert await hasty.extract(ARTICLE, "", "text")


async def test_a_worker_that_takes_too_long_is_killed(hasty: Extractor) -> None:
    assert await hasty.extract(MANY_ATTRIBUTES, "", "markdown") is None
    assert workers() == []


async def test_a_worker_that_dies_is_replaced(extractor: Extractor) -> None:
    await extractor.extract(ARTICLE, "", "text")
    (first,) = workers()
    first.kill()
    first.wait(5)
    async with asyncio.timeout(5):
        while not await extractor.extract(ARTICLE, "", "text"):
            pass
    assert workers() != [first]


async def test_a_reading_that_is_cancelled_ends_its_worker(extractor: Extractor) -> None:
    reading = asyncio.create_task(extractor.extract(MANY_ATTRIBUTES, "", "text"))
    async with asyncio.timeout(5):
        while not workers():
            await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert workers() == []
    assert await extractor.extract(ARTICLE, "", "text")


async def test_a_page_that_is_being_read_is_given_up_at_the_end(extractor: Extractor) -> None:
    await extractor.extract(ARTICLE, "", "text")
    reading = asyncio.create_task(extractor.extract(MANY_ATTRIBUTES, "", "text"))
    async with asyncio.timeout(5):
        while extractor._idle:
            await asyncio.sleep(0)
    await extractor.close()
    assert await reading is None
    assert workers() == []


async def test_a_worker_that_does_not_start_is_no_reader(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert await extractor.extract(ARTICLE, "", "text") is None
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert await extractor.extract(ARTICLE, "", "text") is None


async def test_an_answer_that_is_too_long_is_not_read(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luxx.sandbox.extract.MAX_ANSWER", 10)
    assert await extractor.extract(ARTICLE, "", "text") is None
    assert workers() == []


SERVER = textwrap.dedent("""
    import asyncio, sys
    from luxx.sandbox.extract import Extractor

    async def main():
        extractor = Extractor()
        await extractor.extract("<p>x", "", "text")
        page = "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">"
        hangs = asyncio.create_task(extractor.extract(page, "", "text"))
        await extractor.extract("<p>x", "", "text")
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        if sys.argv[2] == "close":
            await extractor.close()

    if sys.argv[1] == "uvloop":
        import uvloop
        uvloop.run(main())
    else:
        asyncio.run(main())
""")


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize("end", ["close", "leave", "kill"])
def test_no_worker_outlives_the_server(loop: str, end: str) -> None:
    """Not even one that hangs, when the server is killed: the kernel's alarm ends it."""
    command = [sys.executable, "-c", SERVER, loop, end]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout
        assert server.stdin
        assert server.stdout.readline() == b"ready\n"
        started = psutil.Process(server.pid).children()
        assert len(started) == WORKERS
        if end == "kill":
            server.send_signal(signal.SIGKILL)
        else:
            server.stdin.write(b"\n")
            server.stdin.flush()
        server.wait(20)
    assert not psutil.wait_procs(started, timeout=10)[1]


def _frames(*requests: object) -> io.BytesIO:
    encoded = [json.dumps(request).encode() for request in requests]
    return io.BytesIO(b"".join(LENGTH.pack(len(each)) + each for each in encoded))


def test_a_worker_says_that_it_is_ready_and_answers_in_turn() -> None:
    answers = io.BytesIO()
    try:
        readable.serve(_frames(["text", "", "<p>one"], ["markdown", "", "<p>two"]), answers)
    finally:
        signal.alarm(0)
    raw = answers.getvalue()
    assert raw == LENGTH.pack(0) + LENGTH.pack(3) + b"one" + LENGTH.pack(3) + b"two"


def test_a_worker_has_little_memory_and_writes_no_files() -> None:
    program = f"""
import resource, runpy, sys
module = runpy.run_path({readable.__file__!r})
module["_confine"]()
try:
    b"x" * (2 << 30)
except MemoryError:
    print(resource.getrlimit(resource.RLIMIT_FSIZE), resource.getrlimit(resource.RLIMIT_CORE))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=20
    )
    assert done.stdout == b"(0, 0) (0, 0)\n"


def test_a_parser_that_fails_leaves_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise errors.pop()

    monkeypatch.setattr("trafilatura.extract", fail)
    errors: list[Exception] = [MemoryError(), RecursionError()]
    assert readable.readable("markdown", "", "<p>plain <b>text") == "plain text"
    with pytest.raises(MemoryError):
        readable.readable("markdown", "", "<p>x")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("", ""),
        ("just text", "just text"),
        ("<p>one</p><p>two", "one\ntwo"),
        ("<b>one</b><i>two</i>", "onetwo"),
        ("a < b &amp; c &lt; d <3", "a < b & c < d <3"),
        ("<!-- <p>no --><p>yes", "yes"),
        ("<!doctype html><?php no ?><p>yes", "yes"),
        ("<SCRIPT>if (a < b) no</Script ><p>yes", "yes"),
        ("<style>no</style><template>no</template><svg>no</svg><title>no</title>yes", "yes"),
        ("<scripted>yes</scripted>", "yes"),
        ("yes<script>no, without an end", "yes"),
        ("yes<!-- without an end", "yes"),
        ("yes<a href='without an end", "yes"),
        ("<ul><li> one \n\t two <li>three</ul>", "one\ntwo\nthree"),
        (f"&#{'9' * 5_000};", f"&#{'9' * 5_000};"),
    ],
)
def test_plain_text_is_what_is_left_without_tags(page: str, text: str) -> None:
    assert plain(page) == text


@pytest.mark.parametrize(
    "piece",
    ["<a>", "<", "<script></script>", "<sCript><style></style>", "&", "&#", "<!--", "<title", "</"],
)
def test_plain_text_takes_time_in_proportion(piece: str) -> None:
    page = piece * (2_000_000 // len(piece))
    start = time.process_time()
    plain(page)
    title(page)
    # In proportion it is two seconds here, or nine on a slow day; else it would be an hour.
    assert time.process_time() - start < 40


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (ARTICLE, "A & B"),
        ("<TITLE lang='en'>\n One \n two </TITLE>", "One two"),
        ("<title></title>", None),
        ("<titles>no</titles>", None),
        ("<title no end", None),
        ("<title>no end", "no end"),
        ("<p>none", None),
        (f"<title>{'x' * 5_000}</title>", "x" * 300),
    ],
)
def test_a_title_is_what_the_page_calls_itself(page: str, found: str | None) -> None:
    assert title(page) == found


@pytest.fixture
async def web(make_egress: MakeEgress) -> AsyncIterator[Web]:
    web = Web(make_egress())
    yield web
    await web.close()


def _page(text: str, content_type: str = "text/html") -> Page:
    return Page("http://h.example/", 200, content_type, text, truncated=False)


async def test_a_page_is_read_in_the_form_that_was_asked_for(web: Web) -> None:
    markdown = await web.readable(_page(ARTICLE), "markdown")
    assert (markdown.title, "# Foxes" in markdown.content) == ("A & B", True)
    source = await web.readable(_page(ARTICLE), "html")
    assert (source.title, source.content) == ("A & B", ARTICLE)
    data = await web.readable(_page("<p>no HTML", "application/json"), "markdown")
    assert (data.title, data.content) == (None, "<p>no HTML")


async def test_a_page_that_cannot_be_read_in_time_is_given_as_plain_text(
    web: Web, hasty: Extractor
) -> None:
    web._extractor = hasty
    found = await web.readable(_page(MANY_ATTRIBUTES), "markdown")
    assert found.content == "found all the same"
