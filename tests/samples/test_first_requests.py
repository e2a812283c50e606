"""The first request to a function has the keys that its code reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from funclens.requests.event_payload import attributes_of, payload_of
from funclens.requests.first_request import first_request
from funclens.requests.reads import Passes, RequestReads
from funclens.requests.samples import hints_of


def reads(text: str, passes: Passes = Passes.REQUEST, **modules: str) -> RequestReads:
    """Return what the last function of a text reads."""
    line = text[: text.rindex("def f(")].count("\n") + 1
    found = hints_of(text, line, passes, lambda name, _level: modules.get(name)).reads
    return found or RequestReads()


def body(text: str, passes: Passes = Passes.REQUEST, **modules: str) -> Any:
    request = first_request(reads(text, passes, **modules))
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/json"
    return json.loads(request.body)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return r.json.get('name')", {"name": "Ada"}),
        ("return r.get_json()['item']", {"item": "example"}),
        ("d = r.get_json(silent=True) or {}\nreturn d['item']", {"item": "example"}),
        ("d = json.loads(r.data.decode())\nreturn d['lang']", {"lang": "en"}),
        ("data = r.get_json()\nreturn int(data['amount'])", {"amount": 1}),
        ("data = r.get_json()\nreturn data['order']['id']", {"order": {"id": "1042"}}),
        ("for row in r.json['rows']:\n  print(row['id'])", {"rows": [{"id": "1042"}]}),
        ("return r.json['calls'][0][2]", {"calls": [["example"] * 3]}),
        ("c = r.json['a'][0]\nc[1]['id']; c[0]", {"a": [["example", {"id": "1042"}]]}),
        ("return r.json['rows'][-1]['id']", {"rows": [{"id": "1042"}]}),
        ("return r.json['is_new'] == True", {"is_new": True}),
        ("return r.json.get('lang', 'en-GB')", {"lang": "en-GB"}),
        ("return r.json.get('options', {})", {"options": {}}),
        ("return r.json['action'] == 'refresh'", {"action": "refresh"}),
        ("return r.json['kind'] in ('a', 'b')", {"kind": "a"}),
        (
            "data = r.get_json()\nfor key in ('a', 'b'):\n  assert key in data",
            {"a": "example", "b": "example"},
        ),
        (
            "data = r.get_json()\nmissing = [k for k in FIELDS if k not in data]",
            {"one": "example", "two": "example"},
        ),
        ("return datetime.strptime(r.json['day'], '%d.%m.%Y')", {"day": "31.01.2026"}),
        ("d = r.json\nreturn base64.b64decode(d['image'])", {"image": "ZXhhbXBsZQ=="}),
        ("return helper(r)", {"inner": "example"}),
        ("return Order(**r.json)", {"sku": "example", "count": 3, "tags": ["example"]}),
        ("return Handler(r).run()", {"inner": "example"}),
        ("match r.json['op']:\n  case 'add': pass\n  case 'sub': pass", {"op": "add"}),
        ("print('x')\nreturn publish(json.dumps(r.get_json()))", {}),
        # What code has written itself is not read from the request.
        ("d = r.json\nd['seen'] = 1\nreturn d['seen'] + d['n']", {"n": "example"}),
        # A text that is searched is no object.
        ("m = r.json['text']\nreturn 'error' in m", {"text": "Hello"}),
    ],
)  # fmt: skip
def test_the_body_has_the_keys_that_are_read(code: str, expected: Any) -> None:
    text = (
        "FIELDS = ['one', 'two']\n"
        "@dataclass\nclass Order:\n"
        "  sku: str\n  count: int = 3\n  tags: list[str] = field(default=())\n"
        "class Handler:\n"
        "  def __init__(self, request):\n    self.request = request\n"
        "  def run(self):\n    return self.request.get_json()['inner']\n"
        "def helper(request):\n  return request.get_json()['inner']\n"
        "def f(r):\n" + "".join(f"  {line}\n" for line in code.splitlines())
    )

    assert body(text) == expected


def test_a_query_a_form_and_headers_are_filled_in() -> None:
    query = first_request(reads("def f(r):\n  return r.args.get('city'), r.args['n']"))
    form = first_request(reads("def f(r):\n  return r.form['token']"))
    header = first_request(
        reads("def f(r):\n  return r.headers['X-Key'], r.headers['User-Agent']")
    )

    assert (query.method, query.path, query.body) == (
        "GET",
        "?city=London&n=example",
        b"",
    )
    assert form.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert (form.method, form.body) == ("POST", b"token=example")
    assert dict(header.headers) == {"X-Key": "example"}


def test_a_file_is_sent_as_multipart() -> None:
    request = first_request(reads("def f(r):\n  r.files['photo'].save(r.form['name'])"))

    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert [(part.name, part.filename) for part in request.parts] == [
        ("name", ""),
        ("photo", "photo.txt"),
    ]
    assert b'name="photo"; filename="photo.txt"' in request.body


def test_json_is_preferred_to_a_query_with_the_same_keys() -> None:
    request = first_request(
        reads(
            "def f(request):\n"
            "  data = request.get_json(silent=True)\n"
            "  args = request.args\n"
            "  if data and 'name' in data: name = data['name']\n"
            "  elif args and 'name' in args: name = args['name']\n"
            "  return name, args.get('page')"
        )
    )

    assert (request.method, request.path) == ("POST", "?page=1")
    assert json.loads(request.body) == {"name": "Ada"}


def test_the_method_is_one_that_the_function_takes() -> None:
    put = reads("def f(r):\n  if r.method == 'PUT': return r.json['a']")
    post = reads("def f(r):\n  if r.method != 'POST': return 405")

    assert first_request(put).method == "PUT"
    assert first_request(post).method == "POST"
    assert first_request(reads("def f(r): return 'ok'")).method == "GET"


@pytest.mark.parametrize(
    "model",
    [
        "@dataclass\nclass M:\n  name: str\n  age: int",
        "class M(BaseModel):\n  name: str\n  age: int = Field(ge=0)",
        "class M(TypedDict):\n  name: Required[str]\n  age: Optional[int]",
        (
            "class M:\n  @staticmethod\n  def from_dict(d):\n"
            "    return M(d['name'], int(d['age']))"
        ),
    ],
)
def test_a_typed_function_gets_its_model(model: str) -> None:
    text = f"{model}\n@functions_framework.typed\ndef f(m: M): ..."

    assert body(text, Passes.MODEL) == {"name": "Ada", "age": 1}


def test_models_nest_and_have_aliases_enums_and_defaults() -> None:
    text = (
        "class Size(str, Enum):\n  SMALL = 's'\n  LARGE = 'l'\n"
        "class Item(BaseModel):\n  size: Size\n  note: str | None = None\n"
        "class Base(BaseModel):\n  when: datetime\n"
        "class Order(Base):\n"
        "  items: list[Item]\n  total: float = Field(9.5, alias='totalPrice')\n"
        "  kind: Literal['web', 'app']\n  _secret: str = ''\n"
        "def f(r):\n  return Order.model_validate(r.get_json())"
    )

    assert body(text) == {
        "when": "2026-01-31T12:00:00+00:00",
        "items": [{"size": "s", "note": "example"}],
        "totalPrice": 9.5,
        "kind": "web",
    }


def test_imported_functions_and_models_are_followed() -> None:
    text = (
        "from models import Order\nimport handlers\n"
        "def f(r):\n"
        "  handlers.check(r)\n  return Order(**r.get_json())"
    )
    models = "@dataclass\nclass Order:\n  sku: str"
    handlers = "def check(request):\n  return request.headers['X-Token']"

    found = first_request(reads(text, models=models, handlers=handlers))

    assert json.loads(found.body) == {"sku": "example"}
    assert found.headers["X-Token"] == "example"


@pytest.mark.parametrize(
    ("passes", "code"),
    [
        (Passes.CLOUD_EVENT, "json.loads(base64.b64decode(e.data['message']['data']))"),
        (Passes.DATA, "json.loads(base64.b64decode(e['data']).decode('utf-8'))"),
        (Passes.FIREBASE_EVENT, "e.data.message.json"),
    ],
)
def test_a_message_holds_the_keys_that_are_read(passes: Passes, code: str) -> None:
    found = reads(f"def f(e, c=None):\n  d = {code}\n  return d['user_id']", passes)

    payload = payload_of("pubsub", found, passes, b'{"order": 1042}')

    assert payload is not None
    assert json.loads(payload) == {"user_id": "1042"}


def test_the_usual_message_stays_if_it_has_all_keys() -> None:
    code = "def f(e, c):\n  d = json.loads(base64.b64decode(e['data']))\n  d['order']"
    found = reads(code, Passes.DATA)

    assert payload_of("pubsub", found, Passes.DATA, b'{"order": 1042}') is None


def test_attributes_of_a_message_are_found() -> None:
    found = reads("def f(e, c):\n  return e['attributes']['region']", Passes.DATA)

    assert attributes_of(found, Passes.DATA) == {"region": "us-central1"}


@pytest.mark.parametrize(
    "text",
    [
        "def f(r):\n  return f(r)",
        "def g(r): return f(r)\ndef f(r):\n  return g(r), g(r), r.json['x']",
        "class A(B): x: 'A'\nclass B(A): y: list['B']\ndef f(r): return A(**r.json)",
        "X = Y\nY = X\ndef f(r):\n  a: X = r.json\n  return a",
        "def f(*, r=1):\n  return r",
        "def f():\n  return 1",
        "def f(r):\n  return " + "+".join(["r.json['x']"] * 20_000),
        "def f(r):\n  x = r.json\n" + "  x = x['a']\n" * 5_000,
        "\n".join(
            f"def g{n}(r):\n  g{n + 1}(r); g{n + 1}(r); return r" for n in range(500)
        )
        + "\ndef f(r):\n  g0(r)",
    ],
)  # fmt: skip
def test_strange_code_ends_the_search_early(text: str) -> None:
    """The search has a limit of steps and of depth, and keeps what it has found."""
    request = first_request(reads(text))

    assert request.method in {"GET", "POST"}
