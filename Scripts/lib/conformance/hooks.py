"""What the document cannot forbid: knocking at the doors of strangers, and sawing off the branch that the run sits on."""

import ipaddress
import re

import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode

# Never anybody's (RFC 5737).
NOBODY = "192.0.2.1"
LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
# The simulated printers, and the key of the run.
OURS = {str(number) for number in range(1, 5)}
OUR_KEY = "1"
PAIRS = ({"limit", "offset"}, {"page", "per_page"})


def is_host(text):
    if not isinstance(text, str):
        return False
    try:
        ipaddress.ip_address(text)
        return "%" not in text
    except ValueError:
        pass
    labels = text.split(".")
    return len(text) <= 253 and all(map(LABEL.fullmatch, labels)) and not labels[-1].isdigit()


@schemathesis.hook
def before_call(context, case, kwargs):
    body, query, path = case.body, case.query, case.path_parameters
    is_valid = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if isinstance(body, dict) and is_host(body.get("ip_address")):
        case.body = {**body, "ip_address": NOBODY}
    if query and is_host(query.get("address")):
        query["address"] = NOBODY
    # Both ways to name a part of a list are a 400 together, which parameters cannot say.
    if is_valid and query and all(pair & set(query) for pair in PAIRS):
        for name in PAIRS[1]:
            query.pop(name, None)
    # Nor can they say that a beginning is before its end.
    if is_valid and query and {"start_date", "end_date"} <= set(query):
        query.pop("end_date")
    place = case.operation.path
    # A random number is no printer: most of these calls are to reach one.
    if is_valid and path and isinstance(path.get("id"), int) and path["id"] > 100_000 and "/printers/" in place:
        path["id"] = 1 + path["id"] % len(OURS)
    number = str((path or {}).get("id"))
    changes = case.method.upper() in ("DELETE", "PATCH", "PUT")
    if place == "/api/v1/printers/{id}" and changes and number in OURS:
        path["id"] = 1000
    # Nobody is at the address of a made-up printer, so that its file server and its camera are silent: an honest 504.
    reaches = ("/api/v1/printers/{id}/files", "/api/v1/printers/{id}/camera/snapshot")
    if place.startswith(reaches) and number.isdigit() and 0 < int(number) < 100_000:
        if number not in OURS:
            path["id"] = 1000
    if place == "/api/v1/printers/{id}/disconnect" and number in OURS:
        path["id"] = max(OURS)
    # The run would be over with the service that begins anew: no backup of its own is restored.
    if place == "/api/v1/system/restore" and isinstance(case.body, dict) and isinstance(case.body.get("backup_id"), int):
        case.body = {**case.body, "backup_id": 1}
    if place == "/api/v1/api-keys/{id}" and changes and number == OUR_KEY:
        path["id"] = 1000


# Forms that have a name in the document and no pattern.
# A name that ends in a number would be an IPv4 address, and is none.
HOST_NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z][a-z0-9]{1,10}){0,3}", fullmatch=True).filter(
    lambda name: not name.rsplit(".", 1)[-1].isdigit()
)
HOSTS = st.one_of(HOST_NAMES, st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(lambda address: f"[{address}]"))
PORTS = st.one_of(st.just(""), st.integers(1, 65535).map(lambda port: f":{port}"))
BLOCKS = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)).map(lambda block: f"{block[0]}/{block[1]}"),
    # A network that is half of IPv4 and half not is none of ours.
    st.tuples(st.ip_addresses(v=6).filter(lambda address: address.ipv4_mapped is None), st.integers(0, 128)).map(
        lambda block: f"{block[0]}/{block[1]}"
    ),
    st.ip_addresses().map(str),
)
schemathesis.openapi.format(
    "web-origin", st.tuples(st.sampled_from(["http", "https"]), HOSTS, PORTS).map(lambda parts: f"{parts[0]}://{parts[1]}{parts[2]}")
)
schemathesis.openapi.format("host", HOSTS)
schemathesis.openapi.format(
    "cloud-base",
    st.one_of(
        st.just(""),
        st.tuples(HOST_NAMES, PORTS, st.from_regex(r"(/[a-z0-9._~-]{0,12}){0,2}", fullmatch=True)).map(
            lambda parts: f"https://{parts[0]}{parts[1]}{parts[2]}"
        ),
    ),
)
schemathesis.openapi.format("web-address", st.sampled_from(["", f"http://{NOBODY}/manifest.json", f"https://{NOBODY}:8443/a?b=c"]))
schemathesis.openapi.format("host-name", st.one_of(HOST_NAMES, st.ip_addresses().map(str)))
schemathesis.openapi.format("time-zone", st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]))
schemathesis.openapi.format("address-block", BLOCKS)
schemathesis.openapi.format(
    "button-row",
    st.tuples(
        st.sampled_from(["short", "double", "triple", "quadruple", "long", "longer", "very_long"]),
        st.sampled_from(["none", "plate_cleared", "pause_resume", "pairing", "toggle_relay"]),
    ).map("=".join),
)
schemathesis.openapi.format(
    "camera-address",
    st.one_of(
        st.tuples(st.sampled_from(["http", "https", "rtsp", "rtsps"]), PORTS, st.from_regex(r"(/[a-z0-9._~-]{0,12}){0,3}", fullmatch=True)).map(
            lambda parts: f"{parts[0]}://{NOBODY}{parts[1]}{parts[2]}"
        ),
        st.integers(200, 255).map(lambda number: f"/dev/video{number}"),
    ),
)
