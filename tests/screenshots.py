"""Take the README's pictures from the running portal:  make run  in one shell,  make screenshots  in another."""

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
TARGET = PROJECT / "docs" / "screenshots"
WIDTH, HEIGHT = 1280, 900


class Picture(NamedTuple):
    name: str
    address: str
    login: str = ""
    dark: bool = False


PICTURES = (
    Picture("home-zh-light-1280", "/zh-hans/"),
    Picture("directory-zh-light-1280", "/zh-hans/parks/"),
    Picture("park-en-dark-1280", "/en/parks/taoxichuan/", dark=True),
    Picture("desk-zh-light-1280", "/zh-hans/desk/", "manager"),
    Picture("dashboard-en-light-1280", "/en/desk/dashboard/", "council-expert"),
)


def take(browser: Browser, base: str, picture: Picture, password: str) -> None:
    with browser.new_context(
        base_url=base,
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        if picture.login:
            sign_in(page, picture.login, password)
        page.goto(picture.address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=TARGET / f"{picture.name}.png")
        print(f"  {picture.name}")


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/zh-hans/account/login/")
    page.fill("input[name=login]", f"{login}@sample.example")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("load")
    # Who needs a second factor reads its code on the page, in a sample run.
    if page.locator("#sample-code").count():
        page.fill("input[name=code]", page.inner_text("#sample-code"))
        page.press("input[name=code]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def main() -> None:
    base = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    secret = PROJECT / "var" / "secrets" / "sample_password"
    if not secret.exists():
        sys.exit("Start the portal with `make run` first.")
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture in PICTURES:
            take(browser, base, picture, secret.read_text(encoding="ascii")[:16])


if __name__ == "__main__":
    main()
