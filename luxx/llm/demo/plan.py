"""Which of the offered tools a question suggests, and with which arguments."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import orjson

from luxx.llm.demo.phrases import Phrases
from luxx.llm.demo.reply import Call

NOTE = "demo-note.md"
MOST_FILES = 3
_PROGRAM = ".py"
LONGEST_EXPRESSION = 100
LONGEST_LOOK = 2_000

_PATH = re.compile(r"[\w\-/]*[\w\-]\.[A-Za-z]\w{0,7}(?![\w(])", re.ASCII)
_READ = re.compile(r"\b(?:read|open|show)\b|读|打开|查看", re.IGNORECASE)
_WRITE = re.compile(r"\b(?:write|save|notes?)\b|写|记录|记下|笔记|保存", re.IGNORECASE)
_RUN = re.compile(r"\b(?:run|execute)\b|运行|执行", re.IGNORECASE)
_SEARCH = re.compile(
    r"\b(?:search|grep)\b[^.;]{0,40}?\bfor [“\"'`]?(?P<what>[\w -]{1,40}?)"
    r"(?=[“”\"'`,.;!?]| (?:then|and)\b|$)"
    r"|(?:搜索|查找)\s*[“\"'`]?(?P<chinese>[\w -]{1,40})",
    re.IGNORECASE,
)
_LIST = re.compile(r"\blist\b|列出", re.IGNORECASE)
_FILES = re.compile(r"\b(?:files?|folders?|director(?:y|ies)|workspace)\b|文件|目录", re.IGNORECASE)
_MINIFY = re.compile(r"minif|compact|压缩", re.IGNORECASE)
_CSV = re.compile(r"csv", re.IGNORECASE)

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_SUM = re.compile(r"[\d(][\d\s.()+\-*/%^×÷]*[\d)]")
_OPERATOR = re.compile(r"[\d)]\s*[-+*/%^×÷]")
#: 3-5 and 24/7 are sums only when somebody asks for a result.
_CLEAR = re.compile(r"[\d)]\s*(?:[+*^×÷]|\s[-/%]\s)")
_CUE = re.compile(r"\b(?:what is|calculate|compute|how much)\b|=|算|多少|等于", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """Calls that go out together, and where in the question they were asked for."""

    at: int
    calls: tuple[Call, ...]

    @property
    def tool(self) -> str:
        return self.calls[0].name


def steps(text: str, offered: Collection[str], say: Phrases) -> list[Step]:
    """In the order in which the question asks for them."""
    data = _data(text)
    # Patterns look at the beginning only: nobody's long text costs more than that.
    found = [data] if data else list(_asked_for(text[:LONGEST_LOOK], say))
    return sorted((step for step in found if step.tool in offered), key=lambda step: step.at)


def _asked_for(text: str, say: Phrases) -> Iterator[Step]:
    calculation = _calculation(text)
    if calculation:
        yield calculation
    paths = list(dict.fromkeys(_PATH.findall(text)))[:MOST_FILES]
    read, write, run = _READ.search(text), _WRITE.search(text), _RUN.search(text)
    search = _SEARCH.search(text)
    if search:
        what = search["what"] or search["chinese"]
        yield Step(search.start(), (Call("file_grep", {"pattern": re.escape(what.strip())}),))
    if write:
        path = paths[0] if paths else NOTE
        content = _written(path, text.strip(), say)
        yield Step(write.start(), (Call("file_write", {"path": path, "content": content}),))
    if run and paths and paths[0].endswith(_PROGRAM):
        yield Step(run.start(), (Call("shell_execute", {"command": f"python {paths[0]}"}),))
    if read and (paths or write):
        wanted = paths or [NOTE]
        yield Step(read.start(), tuple(Call("file_read", {"path": path}) for path in wanted))
    # To talk of files is enough to be shown them, unless something was to be done with one.
    busy = write or paths or search
    listing = _LIST.search(text) or (None if busy else _FILES.search(text))
    if listing:
        yield Step(listing.start(), (Call("file_list", {"path": "."}),))


def _written(path: str, text: str, say: Phrases) -> str:
    if path.endswith(_PROGRAM):
        return say.program.format(text=ascii(text))
    return say.note.format(text=text)


def _calculation(text: str) -> Step | None:
    for match in _SUM.finditer(_DATE.sub(" ", text)):
        expression = _balanced(match[0])
        clear = _CLEAR.search(expression) or (_OPERATOR.search(expression) and _CUE.search(text))
        if clear and len(expression) <= LONGEST_EXPRESSION:
            python = expression.replace("×", "*").replace("÷", "/").replace("^", "**")
            return Step(match.start(), (Call("python_eval", {"expression": python}),))
    return None


def _balanced(expression: str) -> str:
    """Without the brackets that belong to the sentence around it."""
    while expression.startswith("(") and expression.count("(") > expression.count(")"):
        expression = expression[1:]
    while expression.endswith(")") and expression.count(")") > expression.count("("):
        expression = expression[:-1]
    return expression.strip()


def _data(text: str) -> Step | None:
    document = _json(text)
    if document:
        operation = "format"
        if _MINIFY.search(text):
            operation = "minify"
        elif _CSV.search(text.replace(document, "")):
            operation = "to_csv"
    else:
        document, operation = _table(text), "from_csv"
    if not document:
        return None
    return Step(0, (Call("process_data", {"data": document, "operation": operation}),))


def _json(text: str) -> str:
    """The first object or array in the text that is valid JSON and holds something."""
    brackets = sorted((text.find(pair[0]), pair[1]) for pair in ("{}", "[]"))
    for start, closing in brackets:
        document = text[start : text.rfind(closing) + 1] if start >= 0 else ""
        try:
            if document and orjson.loads(document):
                return document
        except orjson.JSONDecodeError:
            continue
    return ""


def _table(text: str) -> str:
    """The lines with commas, if the text speaks of CSV and they all have as many."""
    if not _CSV.search(text):
        return ""
    rows = [line.strip() for line in text.splitlines() if "," in line]
    even = len({row.count(",") for row in rows}) == 1
    return "\n".join(rows) if len(rows) > 1 and even else ""
