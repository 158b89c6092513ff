"""A real Chromium without a window, driven over two pipes: the browser's own protocol needs no library."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60.0
# The protocol speaks on file descriptors 3 and 4 of the browser.
STARTER = (
    "import fcntl, os, sys; r, w = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]);"
    "os.dup2(r, 3); os.dup2(w, 4); os.execv(sys.argv[3], sys.argv[3:])"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def chromium() -> str:
    """The path of the browser: `ALIGNKIT_CHROMIUM`, or what is found; skips (or fails, where it is required)."""
    named = os.environ.get("ALIGNKIT_CHROMIUM", "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"no {named or ', '.join(NAMES)}; set ALIGNKIT_CHROMIUM to the path of a Chromium"
        if "chromium" in os.environ.get("ALIGNKIT_REQUIRE", "").split(","):
            pytest.fail(f"chromium is required: {reason}")
        pytest.skip(f"chromium is not there: {reason}")
    return found


class Browser:
    """
    One page of a headless browser.

    Attributes:
        faults: Errors on the console, of scripts and of the page's own security policy, as they came.
        dialogs: Texts of dialogs that the page opened.
        asked: Addresses that the page asked for.
    """

    def __init__(self, path: str, folder: str) -> None:
        self.faults: list[str] = []
        self.dialogs: list[str] = []
        self.asked: list[str] = []
        theirs, ours = os.pipe(), os.pipe()
        self._write, self._read = theirs[1], ours[0]
        ends = (theirs[0], ours[1])
        command = [sys.executable, "-c", STARTER, *map(str, ends), path, *FLAGS, f"--user-data-dir={folder}"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, pass_fds=ends, stdin=quiet, stdout=quiet, stderr=quiet)
        for end in ends:
            os.close(end)
        self._number, self._rest, self._session = 0, b"", ""
        try:
            self._attach()
        except BaseException:
            self.__exit__()
            raise

    def _attach(self) -> None:
        """Open the one page, and listen to it."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            os.close(self._write)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)

    def send(self, method: str, **given: Any) -> Any:
        """Ask the browser, and wait for its answer."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": given}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        for answer in self._messages():
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
        raise RuntimeError(f"{method}: the browser left")

    def _messages(self) -> Iterator[dict[str, Any]]:
        """What the browser says, until it ends; events are kept on the way."""
        until = time.monotonic() + PATIENCE
        while True:
            while b"\0" in self._rest:
                one, _, self._rest = self._rest.partition(b"\0")
                message = json.loads(one)
                self._keep(message)
                yield message
            if not select.select([self._read], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError(f"the browser said nothing for {PATIENCE:.0f} seconds")
            more = os.read(self._read, 1 << 20)
            if not more:
                return
            self._rest += more

    def _keep(self, message: dict[str, Any]) -> None:
        given = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                self.faults.append(str(given["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if given["type"] in ("error", "warning", "assert"):
                self.faults.append(str(given["args"]))
            case "Log.entryAdded" if given["entry"]["level"] in ("error", "warning"):
                self.faults.append(given["entry"]["text"])
            case "Page.javascriptDialogOpening":
                self.dialogs.append(given["message"])
                self._number += 1
                answer = {"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                os.write(self._write, json.dumps(answer | {"sessionId": self._session}).encode() + b"\0")
            case "Network.requestWillBeSent":
                self.asked.append(given["request"]["url"])

    def open(self, path: Path, route: str = "", *, width: int = 1280, height: int = 900, dark: bool = False) -> Browser:
        """Load a page in a window of this size; what was kept before is forgotten."""
        self.faults, self.dialogs, self.asked = [], [], []
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media="", features=[scheme])
        self.send("Page.navigate", url="about:blank")
        self.asked = []
        self.send("Page.navigate", url=path.resolve().as_uri() + route)
        self.until("document.readyState === 'complete' && document.documentElement.dataset.milliseconds !== undefined")
        return self

    def run(self, script: str) -> Any:
        """
        The value of an expression in the page, as JSON.

        Raises:
            RuntimeError: It threw.
        """
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until the page says so."""
        until = time.monotonic() + PATIENCE
        while not self.run(condition):
            if time.monotonic() > until:
                raise TimeoutError(condition)

    def go(self, route: str) -> Browser:
        """Follow a link within the page."""
        self.run(f"location.hash = {json.dumps(route)}")
        self.run("new Promise((done) => setTimeout(done))")
        return self

    def type(self, text: str) -> None:
        """Type letters where the focus is."""
        self.send("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press and let go of a key, such as `"Tab"`, `"Enter"`, `"Escape"`."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27}.get(key, ord(key[0].upper()))
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        given = {"key": key, "code": key, "windowsVirtualKeyCode": code, "text": text}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **given)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)
        self.run("new Promise((done) => setTimeout(done))")

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write what the window shows, or the whole page, as PNG."""
        shown = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shown["data"]))

    def pdf(self) -> bytes:
        """The page as it would be printed."""
        shown = self.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(shown["data"])


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A browser with a profile of its own, which goes when it does."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, Browser(chromium(), folder) as made:
        yield made
