"""The stored operations of the shelf's schema, and the addresses that serve them."""

from luxx import operations
from luxx.rest.replies import counted, nothing, told, value, whole
from luxx.rest.routes import ROUTES, Endpoint, Stream

SOURCE = """
fragment BoxDetails on Box {
  id name weight colour level levels
  inner { id colour }
  parts { ...PartDetails }
}
fragment PartDetails on Part {
  id index colour
  ... on Note { text }
  ... on Call { id_ref: callId name }
}
query Boxes($page: Int, $colour: Colour) { boxes(page: $page, colour: $colour) { ...BoxDetails } }
query Box($box_id: Int!) { box(number: $box_id) { ...BoxDetails } }
query Fail($kind: String!) { fail(kind: $kind) }
query Test { test { message success } }
mutation CreateBox(
  $name: String!, $weight: Float, $colour: Colour, $level: PermissionLevel, $heavy: Boolean,
  $parts: [PartInput!]
) {
  made: createBox(given: {
    name: $name, weight: $weight, colour: $colour, level: $level, heavy: $heavy, parts: $parts
  })
}
mutation Start($name: String!, $idempotency_key: String) {
  started: start(name: $name, key: $idempotency_key) { id }
}
mutation Run($name: String!, $arguments: JSON!) { result: run(name: $name, arguments: $arguments) }
mutation Delete($box_id: Int!) { delete(number: $box_id) }
subscription Follow($box_id: Int!, $after: ID) {
  event: boxEvents(number: $box_id, after: $after) {
    ... on Event { cursor }
    type: __typename
    ... on Piece { part { ...PartDetails } }
    ... on Filled {
      total level colours tags at
      last { id ... on Call { name } }
      last { ... on Part { colour } }
      box { id inner { id level } }
    }
    ... on Burst { content }
  }
}
subscription FollowDeltas($box_id: Int!, $after: ID) {
  event: boxEvents(number: $box_id, after: $after) {
    ... on Event { cursor }
    ... on Piece { delta }
    ... on Filled { total }
    ... on Burst { content }
  }
}
"""

library = operations.gather(SOURCE)

BOX_STREAM = Stream(
    follow="Follow",
    deltas="FollowDeltas",
    run="box_id",
    events={"Piece": "piece", "Filled": "done", "Burst": "error"},
    location="/api/boxes/{}/stream",
)

ENDPOINTS = (
    Endpoint("GET", "/api/boxes", "Boxes", counted),
    Endpoint("POST", "/api/boxes", "CreateBox", whole, "Box created"),
    Endpoint("GET", "/api/boxes/{box_id}", "Box", value),
    Endpoint("DELETE", "/api/boxes/{box_id}", "Delete", nothing, "Box deleted"),
    Endpoint("GET", "/api/fail/{kind}", "Fail", public=True),
    Endpoint("POST", "/api/test", "Test", told),
    Endpoint("POST", "/api/run/{name}", "Run", whole, whole_body="arguments"),
    Endpoint("POST", "/api/stream", "Start", stream=BOX_STREAM, run_at=("started", "id")),
    Endpoint("GET", "/api/boxes/{box_id}/stream", "Follow", stream=BOX_STREAM),
    *(route for route in ROUTES if route.fixed is not None),
)
