"""Logs through the handler of the standard library, and prints the type of its socket.

Usage: log-handler.py PATH PROGRAM MESSAGE...
"""
import json
import logging
import logging.handlers
import sys

path, program, *messages = sys.argv[1:]
handler = logging.handlers.SysLogHandler(address=path)
handler.setFormatter(logging.Formatter(program + "[%(process)d]: %(message)s"))
logging.getLogger().addHandler(handler)
for message in messages:
    logging.error(message)
print(json.dumps(handler.socktype.name))
