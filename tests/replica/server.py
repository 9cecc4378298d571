"""The replica: any number of sites on loopback addresses, in a thread or as a process of its own.

    with Replica([SiteSpec(id="a", family="nukeviet")]) as replica:
        registry = replica.registry(tmp_path / "sites.toml")
        ...
        replica["a"].edit("news:101", "Một đoạn mới.")
        assert len(replica.hits("a")) == 1

A control server on a port of its own answers JSON, so that tests of a subprocess can command it.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from tests.replica.boxes import BOXED
from tests.replica.filed import FiledSite
from tests.replica.generic import EndingsSite, FlatSite, TableSite
from tests.replica.liferay import LiferayDatedSite, LiferaySite
from tests.replica.nukeviet import NukeVietSite
from tests.replica.portals import PORTALS
from tests.replica.unknown import UNKNOWN
from tests.replica.webforms import WebFormsSite
from tests.replica.wire import Connection, Handler, Hit, Request, Response, as_json
from tests.replica.wordpress import WordPressSite

if TYPE_CHECKING:
    from tests.replica.site import Site, SiteSpec

FAMILIES: dict[str, type[Site]] = {
    cls.family: cls
    for cls in (
        NukeVietSite, WordPressSite, LiferaySite, LiferayDatedSite, WebFormsSite, FlatSite,
        TableSite, EndingsSite, FiledSite,
    )
}  # fmt: skip

T = TypeVar("T")


def kind_of(family: str) -> type[Site]:
    """The class of a family, of a layout no family knows, or one with boxes. KeyError if none."""
    return (FAMILIES | PORTALS | UNKNOWN | BOXED)[family]


class Replica:
    """All sites and their server. Changing a site while it serves is safe: one thread answers."""

    def __init__(self, specs: Iterable[SiteSpec], *, control_port: int = 0) -> None:
        self.sites: dict[str, Site] = {}
        for spec in specs:
            if spec.id in self.sites:
                raise ValueError(f"two replica sites are named {spec.id!r}")
            self.sites[spec.id] = kind_of(spec.family)(spec)
        self.control_port = control_port
        self.listeners: dict[str, asyncio.Server] = {}
        self.held: list[socket.socket] = []
        self.connections: set[Connection] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="replica", daemon=True)
        self.stopped = threading.Event()

    def __getitem__(self, site: str) -> Site:
        return self.sites[site]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # -- life

    def start(self) -> None:
        self.thread.start()
        try:
            self._call(self._open())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close everything; open connections are cut."""
        self._call(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        self.stopped.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    async def _open(self) -> None:
        free = count(1)
        taken = {site.spec.address for site in self.sites.values()}
        for name, site in self.sites.items():
            own = (f"127.0.0.{n}" for n in free)
            address = site.spec.address or next(a for a in own if a not in taken)
            site.host = f"{address}:{self._held(address, site.spec.port)}"
            await self._listen(name, site.handle, site.hits)
        self.control_port = await self._listen_control()

    def _held(self, address: str, port: int) -> int:
        """Keep a port from all others, also while its site is down; return it."""
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # so that we may listen there
        self.held.append(held)
        held.bind((address, port))
        return int(held.getsockname()[1])

    async def _listen(self, name: str, handler: Handler, hits: list[Hit]) -> None:
        site = self.sites[name]
        address, _, port = site.host.rpartition(":")
        factory = partial(self._connection, name, handler, hits)
        self.listeners[name] = await self.loop.create_server(
            factory, address, int(port), backlog=512
        )

    async def _listen_control(self) -> int:
        factory = partial(self._connection, "", Control(self), None)
        server = await self.loop.create_server(factory, "127.0.0.1", self.control_port)
        self.listeners[""] = server
        return int(server.sockets[0].getsockname()[1])

    def _connection(self, name: str, handler: Handler, hits: list[Hit] | None) -> Connection:
        host = self.sites[name].host if name else "control"
        return Connection(name, host, handler, hits, self.connections)

    async def _close(self) -> None:
        for server in self.listeners.values():
            server.close()
        self._cut(list(self.connections))
        for held in self.held:
            held.close()
        await asyncio.sleep(0.01)

    def _cut(self, connections: Iterable[Connection]) -> None:
        for connection in connections:
            if connection.transport is not None:
                connection.transport.abort()

    def take_down(self, site: str) -> None:
        """Let a site's host refuse connections, as when a server is switched off."""
        self._call(self._take_down(site))

    async def _take_down(self, site: str) -> None:
        self.listeners.pop(site).close()
        self._cut([c for c in self.connections if c.name == site])
        await asyncio.sleep(0)

    def bring_up(self, site: str) -> None:
        """Serve a site again that was taken down, at the same address and port."""
        self._call(self._listen(site, self.sites[site].handle, self.sites[site].hits))

    # -- what it knows

    @property
    def control_url(self) -> str:
        return f"http://127.0.0.1:{self.control_port}"

    def hits(
        self, site: str | None = None, *, robots: bool = True, files: bool = True
    ) -> list[Hit]:
        """The requests seen, of one site or of all, in order; without robots.txt, or without those
        that gave a document or a picture, if so wished."""
        sites = self.sites.values() if site is None else [self.sites[site]]
        some = [
            hit for s in sites for hit in s.hits
            if (robots or not hit.robots) and (files or not hit.file)
        ]  # fmt: skip
        return sorted(some, key=lambda hit: hit.started)

    def clear_hits(self) -> None:
        for site in self.sites.values():
            site.hits.clear()

    def registry_text(self, **keys: object) -> str:
        """The sites as rows of a registry file; `keys` are set in every row."""
        return "\n".join(row_of(site, keys) for site in self.sites.values())

    def registry(self, path: Path, **keys: object) -> Path:
        """Write `registry_text` to `path` and return it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.registry_text(**keys), encoding="utf-8")
        return path


def row_of(site: Site, keys: dict[str, object]) -> str:
    spec = site.spec
    row: dict[str, object] = {
        "id": spec.id,
        "name": site.name,
        "level": spec.level,
        "province": spec.province,
        "base_url": site.base_url,
        "platform": site.platform,
        "listings": site.listings(),
        "delay": 0,
        **site.registry_keys,
        **keys,
    }
    return "[[site]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in row.items())


def toml(value: object) -> str:
    """A value as TOML: JSON is the same for strings, numbers, booleans and lists."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {toml(told)}' for key, told in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


class Control:
    """The control server: `POST /edit {"site": ..., "key": ..., "paragraph": ...}` and so on.

    POST: /edit, /remove {key, status}, /restore {key}, /bump {by}, /add {count}, /robots {mode},
    /expire (the states of WebForms),
    /override {path, status, body, content_type, delay, fault} (without status: as usual again),
    /down, /up (all with `site`), /hits/clear. GET: /hits, /truth, /traps (with `?site=`), /sites,
    /registry, /endings. Errors are 400 with a message.
    """

    def __init__(self, replica: Replica) -> None:
        self.replica = replica

    def __call__(self, request: Request) -> Response:
        name = request.path.strip("/").replace("/", "_")
        action = getattr(self, f"{request.method.lower()}_{name}", None)
        if action is None:
            return as_json({"error": f"no {request.method} {request.path}"}, 404)
        try:
            told = json.loads(request.body) if request.body else dict(request.query)
            return as_json(action(told))
        except (KeyError, ValueError, TypeError) as error:
            return as_json({"error": str(error)}, 400)

    def site(self, told: dict[str, Any]) -> Site:
        return self.replica.sites[told["site"]]

    def get_sites(self, told: dict[str, Any]) -> object:
        return {
            name: {
                "base_url": site.base_url,
                "family": site.family,
                "platform": site.platform,
                "articles": len(site.newest),
                "listings": site.listings(),
            }
            for name, site in self.replica.sites.items()
        }

    def get_registry(self, told: dict[str, Any]) -> object:
        return {"toml": self.replica.registry_text(**told)}

    def get_hits(self, told: dict[str, Any]) -> object:
        return [hit.as_dict() for hit in self.replica.hits(told.get("site"))]

    def post_hits_clear(self, told: dict[str, Any]) -> object:
        self.replica.clear_hits()
        return {"cleared": True}

    def get_truth(self, told: dict[str, Any]) -> object:
        return [json.loads(truth.as_json()) for truth in self.site(told).truth()]

    def get_traps(self, told: dict[str, Any]) -> object:
        return [{"path": path, "kind": trap.kind} for path, trap in self.site(told).traps()]

    def post_edit(self, told: dict[str, Any]) -> object:
        return json.loads(self.site(told).edit(told["key"], told["paragraph"]).as_json())

    def post_remove(self, told: dict[str, Any]) -> object:
        self.site(told).remove(told["key"], int(told.get("status", 404)))
        return {"removed": told["key"]}

    def post_restore(self, told: dict[str, Any]) -> object:
        self.site(told).restore(told["key"])
        return {"restored": told["key"]}

    def post_bump(self, told: dict[str, Any]) -> object:
        self.site(told).bump_counters(int(told.get("by", 1000)))
        return {"bumped": self.site(told).bumped}

    def post_add(self, told: dict[str, Any]) -> object:
        added = [self.site(told).add_article() for _ in range(int(told.get("count", 1)))]
        return [json.loads(truth.as_json()) for truth in added]

    def post_expire(self, told: dict[str, Any]) -> object:
        site = self.site(told)
        if not isinstance(site, WebFormsSite):
            raise ValueError(f"{told['site']} keeps no state in its pages")
        site.expire_states()
        return {"era": site.era}

    def post_robots(self, told: dict[str, Any]) -> object:
        self.site(told).robots_mode = told["mode"]
        return {"robots": told["mode"]}

    def post_override(self, told: dict[str, Any]) -> object:
        keys = ("status", "content_type", "delay", "fault")
        given = {key: told[key] for key in keys if key in told}
        response = replace(Response(told.get("body", "").encode()), **given)
        self.site(told).override(told["path"], response if "status" in told else None)
        return {"override": told["path"]}

    def post_down(self, told: dict[str, Any]) -> object:
        self.replica.loop.create_task(self.replica._take_down(told["site"]))
        return {"down": told["site"]}

    def post_up(self, told: dict[str, Any]) -> object:
        site = self.site(told)
        self.replica.loop.create_task(self.replica._listen(told["site"], site.handle, site.hits))
        return {"up": told["site"]}
