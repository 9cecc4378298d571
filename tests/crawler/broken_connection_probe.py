"""Two requests to a server that answers the first and breaks the kept connection at the second.

Prints how often the server was asked for each path, and how the second request ended. Run as a
program: a reactor can be started only once in a process.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

from crawler import settings as project
from crawler.network import registered_private_hosts

asked: Counter[str] = Counter()
ended: list[str] = []

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok"


def serve(listener: socket.socket) -> None:
    """Answer `/kept` and keep the connection; at `/broken` close it without a word."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,), daemon=True).start()


def talk(connection: socket.socket) -> None:
    with connection:
        while data := connection.recv(65536):
            path = data.split()[1].decode()
            asked[path] += 1
            if path == "/broken":
                return
            connection.sendall(ANSWER)


class ProbeSpider(Spider):
    name = "probe"
    port = 0

    async def start(self) -> AsyncIterator[Any]:
        yield self.request("/kept")

    def request(self, path: str) -> Request:
        address = f"http://127.0.0.1:{self.port}{path}"
        return Request(address, callback=self.answered, errback=self.failed)

    def answered(self, response: Any) -> Any:
        if response.url.endswith("/kept"):
            yield self.request("/broken")

    def failed(self, failure: Any) -> None:
        ended.append(type(failure.value).__name__)


def main() -> None:
    """Crawl, and print what the server saw as JSON."""
    registered_private_hosts.add("127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        process = AsyncCrawlerProcess(
            {
                "DOWNLOAD_HANDLERS": project.DOWNLOAD_HANDLERS,
                "LOG_LEVEL": "ERROR",
                "RETRY_ENABLED": False,
                "TELNETCONSOLE_ENABLED": False,
                "REMOTE_CONTROL_ENABLED": False,
            }
        )
        process.crawl(ProbeSpider, port=listener.getsockname()[1])
        process.start()
    print(json.dumps({"asked": asked, "ended": ended}))


if __name__ == "__main__":
    main()
