"""A headless Chromium, driven over a pipe: what a page says and looks like to a person.

Speaks the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/), one JSON object
ended by a zero byte each way. Only loopback addresses are reachable from it.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-extensions", "--disable-dev-shm-usage", "--force-device-scale-factor=1"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.*",
    "--remote-debugging-pipe",
)
WIDTH = 1280
MOST = 6000  # pixels of a page's height that are looked at

_PICTURES = "[...document.images].filter(i => i.complete && i.naturalWidth > 0).length"
_HEIGHT = "Math.ceil(Math.max(document.documentElement.scrollHeight, 600))"
_SETTLED = "new Promise(done => setTimeout(done, 150))"

# The share of pixels that two pictures have alike; what only one of them covers differs.
_ALIKE = """
(async () => {
  const load = async data => createImageBitmap(await (await fetch(data)).blob());
  const pixels = (bitmap, w, h) => {
    const context = new OffscreenCanvas(w, h).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return new Uint32Array(context.getImageData(0, 0, w, h).data.buffer);
  };
  const [one, other] = [await load(%s), await load(%s)];
  const w = Math.max(one.width, other.width), h = Math.max(one.height, other.height);
  const [a, b] = [pixels(one, w, h), pixels(other, w, h)];
  let same = 0;
  for (let i = 0; i < a.length; i++) same += a[i] === b[i];
  return same / a.length;
})()
"""


def chromium() -> str | None:
    """Return the path of an installed Chromium, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True, slots=True)
class Look:
    """What a page is to a person: its visible text, how many pictures show, a PNG of all of it."""

    text: str
    pictures: int
    png: bytes


class Browser:
    """One page of a browser, which ends with the block."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="mattran-")
        self._number = 0
        self._session: str | None = None
        self._buffer = b""

    def __enter__(self) -> Self:
        reading, there = os.pipe()
        here, writing = os.pipe()
        command = [self._path, *OPTIONS, f"--user-data-dir={self._folder.name}", "about:blank"]
        # The browser reads its pipe as descriptor 3 and writes to 4.
        shell = ["bash", "-c", f'exec "$0" "$@" 3<&{here} 4>&{there}', *command]
        self._process = subprocess.Popen(
            shell, pass_fds=(here, there), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(here)
        os.close(there)
        self._in, self._out = os.fdopen(reading, "rb", 0), os.fdopen(writing, "wb", 0)
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._in.close()
        self._out.close()
        self._folder.cleanup()

    def look(self, url: str) -> Look:
        """Open an address, wait until it is loaded and still, and look at all of it."""
        self._resize(600)
        self._call("Page.navigate", url=url)
        self._wait("Page.loadEventFired")
        self._evaluate(_SETTLED)
        self._resize(min(self._evaluate(_HEIGHT), MOST))
        self._evaluate(_SETTLED)
        text = self._evaluate("document.body ? document.body.innerText : ''")
        shot = self._call("Page.captureScreenshot", format="png")["data"]
        return Look(text, self._evaluate(_PICTURES), base64.b64decode(shot))

    def alike(self, one: bytes, other: bytes) -> float:
        """Return the share of pixels that two PNGs have alike, 0 to 1."""
        if one == other:
            return 1.0
        told = [
            json.dumps(f"data:image/png;base64,{base64.b64encode(x).decode()}")
            for x in (one, other)
        ]
        self._call("Page.navigate", url="about:blank")
        return float(self._evaluate(_ALIKE % tuple(told)))

    def _resize(self, height: int) -> None:
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def _evaluate(self, script: str) -> Any:
        done = self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in done:
            raise RuntimeError(json.dumps(done["exceptionDetails"])[:500])
        return done["result"].get("value")

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def _wait(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            data = self._in.read(1 << 16)
            if not data:
                raise RuntimeError("the browser has ended")
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(message))
