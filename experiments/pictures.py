"""Screenshots of a page at desktop and phone width, by headless Chromium.

    python -m experiments.pictures REPORT.html --out DIR

Chromium is driven through a pair of pipes (Chrome DevTools Protocol), as its command line
cannot make a window as narrow as a phone. A page that scrolls sideways is said so.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.errors import NotFoundError, RestockError, UnavailableError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
TALLEST = 8000
"""Pixels of one picture; a taller page becomes several, as no viewer shows more at once."""
PATIENCE_SECONDS = 60.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Browser:
    """One page of a running Chromium, told what to do by messages that end with a zero byte."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._unread = b""
        self._sent = 0
        self._session = ""
        target = self.tell("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self.tell("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        self.tell("Page.enable")

    def tell(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a command and wait for its result."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters or {}}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._sent:
                if "error" in answer:
                    raise UnavailableError(
                        f"Chromium refused {method}: {answer['error']['message']}",
                        "experiments.pictures",
                        "Try a newer Chromium.",
                    )
                return dict(answer["result"])

    def wait_for(self, event: str) -> None:
        """Wait until an event is reported."""
        while self._read().get("method") != event:
            pass

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], PATIENCE_SECONDS)
            more = os.read(self._answers, 1 << 20) if ready else b""
            if not more:
                said = "ended before it was done" if ready else "does not answer"
                raise UnavailableError(
                    f"Chromium {said}", "experiments.pictures", "Run it again, or update Chromium."
                )
            self._unread += more
        message, _, self._unread = self._unread.partition(b"\0")
        return dict(json.loads(message))


def find_browser() -> str:
    """Path of the first known browser on PATH."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise UnavailableError(
        f"no browser to take pictures with: looked for {', '.join(BROWSERS)}",
        "PATH",
        "Install one; on Debian and Ubuntu: apt-get install chromium.",
    )


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium with a new empty profile, ended and forgotten afterwards."""
    path = find_browser()
    hear, commands = os.pipe()
    answers, speak = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # The shell gives Chromium the two pipes under the numbers it reads them from.
        command = f'exec "$0" "$@" 3<&{hear} 4>&{speak}'
        process = subprocess.Popen(
            ["sh", "-c", command, path, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(hear, speak),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(hear)
        os.close(speak)
        try:
            yield Browser(commands, answers)
        finally:
            process.terminate()
            process.wait(timeout=30)
            os.close(commands)
            os.close(answers)


def take_pictures(browser: Browser, page: Path, width: int, scheme: str, out: Path) -> list[Path]:
    """Pictures of the whole page at one width, in light or dark, from top to bottom."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.tell("Emulation.setDeviceMetricsOverride", size)
    wish = {"name": "prefers-color-scheme", "value": scheme}
    browser.tell("Emulation.setEmulatedMedia", {"features": [wish]})
    browser.tell("Page.navigate", {"url": page.resolve().as_uri()})
    browser.wait_for("Page.loadEventFired")
    content = browser.tell("Page.getLayoutMetrics")["cssContentSize"]
    if content["width"] > width:
        print(f"at {width} px the page scrolls sideways: it is {content['width']} px wide")
    pictures = []
    for part, top in enumerate(range(0, int(content["height"]), TALLEST), start=1):
        height = min(TALLEST, int(content["height"]) - top)
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        wanted = {"format": "png", "captureBeyondViewport": True, "clip": clip}
        png = base64.b64decode(browser.tell("Page.captureScreenshot", wanted)["data"])
        pictures.append(out / f"{page.stem}-{width}-{scheme}-{part}.png")
        pictures[-1].write_bytes(png)
    return pictures


def main() -> int:
    """Take the pictures the command line asks for."""
    parser = argparse.ArgumentParser(description="Screenshots of a page, by headless Chromium.")
    parser.add_argument("page", type=Path, help="an HTML file")
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    asked = parser.parse_args()
    try:
        if not asked.page.is_file():
            raise NotFoundError("there is no such page", str(asked.page), "Make the report first.")
        asked.out.mkdir(parents=True, exist_ok=True)
        with open_browser() as browser:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    for picture in take_pictures(browser, asked.page, width, scheme, asked.out):
                        print(picture)
    except RestockError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
