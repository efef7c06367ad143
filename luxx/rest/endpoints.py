"""Endpoints: what a row of the table does with a request."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from graphql import GraphQLBoolean
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from luxx import logs
from luxx.errors import LuxxError
from luxx.rest.api import Api, Context
from luxx.rest.binding import Binder, Binding, Values
from luxx.rest.inputs import Problem, Reader, text_reader
from luxx.rest.intake import read_object
from luxx.rest.replies import defect, failure, plain, refusal, success, unfit, unopened
from luxx.rest.routes import Endpoint, Stream
from luxx.rest.streams import Encode, Feed, encoder, stream, told

#: The variables that a header carries.
HEADERS = {"idempotency_key": "idempotency-key"}
LAST_EVENT = "last-event-id"
AFTER = "after"
DELTA = "delta"

Handler = Callable[[Request], Awaitable[Response]]

_read_delta: Reader = text_reader(GraphQLBoolean)


class Form(NamedTuple):
    """One form of a stream: whole texts, or what is new."""

    binding: Binding
    encode: Encode


def handler(api: Api, endpoint: Endpoint) -> Handler:
    """Compile one row of the table."""
    answer: Handler
    if endpoint.fixed is not None:
        return _fixed(endpoint.fixed)
    if endpoint.stream is None:
        answer = Asking(api, endpoint)
    elif endpoint.run_at:
        answer = Starting(api, endpoint, endpoint.stream)
    else:
        answer = Following(api, endpoint, endpoint.stream)
    where = f"{endpoint.method} {endpoint.path}"

    async def guarded(request: Request) -> Response:
        logs.note(operation=endpoint.operation)
        try:
            return await answer(request)
        except LuxxError as error:
            return failure(error)
        except HTTPException:
            raise  # The application's own, for its own handlers.
        except ClientDisconnect:
            return Response(status_code=400)  # Nobody is there to read it.
        except Exception as error:  # noqa: BLE001 - a defect must not take the connection down
            return defect(error, where)

    return guarded


class Asking:
    """One operation, one answer."""

    def __init__(self, api: Api, endpoint: Endpoint) -> None:
        self._api = api
        self._endpoint = endpoint
        self._binding = api.bindings[endpoint.operation or ""]
        self._binder = _binder(endpoint, self._binding)
        self._convert = self._binding.converter()

    async def __call__(self, request: Request) -> Response:
        context = await _enter(self._api, self._endpoint, request)
        values = await _values(self._api, self._endpoint, request)
        variables, problems = self._binder.bind(values)
        if problems:
            return unfit(problems)
        result = await self._api.ask(self._binding, variables, context)
        if result.errors or result.data is None:
            return refusal(result.errors or [])
        data = self._convert(result.data) if self._convert else result.data
        return success(self._endpoint.shape(data), self._endpoint.message)


class Forms:
    """Both forms of a stream, ready to open."""

    def __init__(self, api: Api, stream: Stream) -> None:
        self._api = api
        self._stream = stream
        self.whole = _form(api, stream, stream.follow)
        self._deltas = _form(api, stream, stream.deltas)

    async def open(self, variables: dict[str, Any], context: Context, *, deltas: bool) -> Response:
        """Answers with an error's envelope where there is nothing to follow."""
        form = self._deltas if deltas else self.whole
        events = await self._api.events(form.binding, variables, context)
        if isinstance(events, list):
            return unopened(events, form.binding.operation.name)
        location = self._stream.location.format(variables[self._stream.run])
        feed = Feed(events, form.encode, self._stream.broken)
        if context.told:
            await feed.aclose()
            return told(location)
        return stream(feed, location, context.has_ended)


class Following:
    """A run is followed: from its beginning, or on from an event."""

    def __init__(self, api: Api, endpoint: Endpoint, stream: Stream) -> None:
        self._api = api
        self._endpoint = endpoint
        self._forms = Forms(api, stream)
        self._binder = _binder(endpoint, self._forms.whole.binding)

    async def __call__(self, request: Request) -> Response:
        context = await _enter(self._api, self._endpoint, request)
        values, deltas, problems = _take_delta(await _values(self._api, self._endpoint, request))
        last = request.headers.get(LAST_EVENT)
        if last:
            # A browser comes back to the address it first asked for: what it saw last wins.
            query = [(key, value) for key, value in values.query if key != AFTER]
            values = values._replace(query=[*query, (AFTER, last)])
        variables, found = self._binder.bind(values)
        if problems or found:
            return unfit([*problems, *found])
        return await self._forms.open(variables, context, deltas=deltas)


class Starting:
    """A run is started, then followed; what prevents the start is said before any stream."""

    def __init__(self, api: Api, endpoint: Endpoint, stream: Stream) -> None:
        self._api = api
        self._endpoint = endpoint
        self._stream = stream
        self._binding = api.bindings[endpoint.operation or ""]
        self._binder = _binder(endpoint, self._binding)
        self._forms = Forms(api, stream)

    async def __call__(self, request: Request) -> Response:
        context = await _enter(self._api, self._endpoint, request)
        values, deltas, problems = _take_delta(await _values(self._api, self._endpoint, request))
        variables, found = self._binder.bind(values)
        if problems or found:
            return unfit([*problems, *found])
        result = await self._api.ask(self._binding, variables, context)
        if result.errors or result.data is None:
            return refusal(result.errors or [])
        follow = {self._stream.run: _dig(result.data, self._endpoint.run_at)}
        last = request.headers.get(LAST_EVENT)
        if last and variables.get("idempotency_key"):
            # Only then can this be the run that the event belongs to.
            follow[AFTER] = last
        return await self._forms.open(follow, context, deltas=deltas)


async def _enter(api: Api, endpoint: Endpoint, request: Request) -> Context:
    """A stranger is told to log in before anything else is read; the schema decides the rest."""
    context = api.context(request)
    if not endpoint.public:
        await context.session()
    return context


async def _values(api: Api, endpoint: Endpoint, request: Request) -> Values:
    return Values(
        path=request.path_params,
        query=request.query_params.multi_items(),
        body=await read_object(request, api.max_body) if endpoint.has_body else {},
        headers=_headers(request.headers),
    )


def _headers(headers: Headers) -> Mapping[str, str]:
    return {name: headers[header] for name, header in HEADERS.items() if header in headers}


def _take_delta(values: Values) -> tuple[Values, bool, list[Problem]]:
    """`delta` chooses between operations; it is nobody's variable."""
    problems: list[Problem] = []
    given = [value for key, value in values.query if key == DELTA]
    query = [(key, value) for key, value in values.query if key != DELTA]
    deltas = [_read_delta(value, DELTA, problems) for value in given]
    return values._replace(query=query), bool(deltas and deltas[-1]), problems


def _binder(endpoint: Endpoint, binding: Binding) -> Binder:
    return Binder(
        binding.variables,
        path=endpoint.path_names,
        headers=tuple(HEADERS),
        has_body=endpoint.has_body,
        whole_body=endpoint.whole_body,
    )


def _form(api: Api, stream: Stream, name: str) -> Form:
    binding = api.bindings[name]
    return Form(binding, encoder(binding, stream.events, stream.lifted))


def _fixed(content: Mapping[str, str]) -> Handler:
    async def answer(_request: Request) -> Response:
        return plain(content)

    return answer


def _dig(result: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        result = result[key]
    return result
