"""Looks for SOVD servers with python-zeroconf and prints what it found of each, by port.

Usage: zeroconf-browser.py ADDRESS COUNT
"""
import json
import sys
import threading

from zeroconf import IPVersion, ServiceBrowser, ServiceListener, Zeroconf

TYPE = "_sovd._tcp.local."
address, count = sys.argv[1], int(sys.argv[2])
names, enough = set(), threading.Event()


class Listener(ServiceListener):
    def add_service(self, zeroconf, kind, name):
        names.add(name)
        if len(names) == count:
            enough.set()

    def update_service(self, zeroconf, kind, name):
        pass

    def remove_service(self, zeroconf, kind, name):
        pass


def told(info):
    return {
        "name": info.name,
        "host": info.server,
        "port": info.port,
        "addresses": info.parsed_addresses(),
        "txt": {key.decode(): value.decode() for key, value in info.properties.items()},
    }


zeroconf = Zeroconf(interfaces=[address], ip_version=IPVersion.V4Only)
ServiceBrowser(zeroconf, TYPE, Listener())
enough.wait(10)
found = [told(zeroconf.get_service_info(TYPE, name, 3000)) for name in names]
zeroconf.close()
print(json.dumps(sorted(found, key=lambda each: each["port"])))
