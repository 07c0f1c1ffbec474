"""Reads and writes SOME/IP with scapy: JSON from standard input, JSON to standard output.

{"dissect": [hex], "build": [packet], "fragment": [packet]} is answered with {"dissect": [packet], "build": [hex],
"fragment": [[hex]]}. A packet is an object of scapy's field names, with bytes in hex; scapy computes the lengths of those
it builds. SOMEIP packets have "load", their payload, or "sd", the service discovery message in its place.
"""

import json
import sys

from scapy.contrib.automotive import someip
from scapy.packet import Raw


def to_json(packet):
    fields = {"class": type(packet).__name__}
    for field in packet.fields_desc:
        value = packet.getfieldval(field.name)
        if isinstance(value, list):
            value = [to_json(part) for part in value]
        elif isinstance(value, bytes):
            value = value.hex()
        elif value is not None and not isinstance(value, (int, float, str)):
            value = int(value)
        fields[field.name] = value
    if packet.payload:
        fields["rest"] = bytes(packet.payload).hex()
    return fields


def from_json(fields):
    values = {name: value for name, value in fields.items() if not name.startswith("len")}
    build = getattr(someip, values.pop("class"))
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = [from_json(part) for part in value]
        elif name == "cfg_str":
            values[name] = bytes.fromhex(value)
    return build(**values)


def dissect(data):
    packet = someip.SOMEIP(data)
    load = b"".join(bytes(part) for part in packet.data)
    packet.data = []
    fields = to_json(packet)
    del fields["class"], fields["data"]
    if not packet.msg_type & 0x20:
        for name in ("offset", "res", "more_seg"):
            del fields[name]
    if (packet.srv_id, packet.sub_id) == (someip.SD.SOMEIP_MSGID_SRVID, someip.SD.SOMEIP_MSGID_SUBID):
        fields["sd"] = to_json(someip.SD(load))
    else:
        fields["load"] = load.hex()
    return fields


def packet_of(fields):
    values = dict(fields)
    values.pop("len", None)
    content = from_json(values.pop("sd")) if "sd" in values else Raw(bytes.fromhex(values.pop("load")))
    return someip.SOMEIP(**values) / content


asked = json.load(sys.stdin)
json.dump(
    {
        "dissect": [dissect(bytes.fromhex(data)) for data in asked["dissect"]],
        "build": [bytes(packet_of(fields)).hex() for fields in asked["build"]],
        "fragment": [[bytes(part).hex() for part in packet_of(fields).fragment()] for fields in asked["fragment"]],
    },
    sys.stdout,
)
