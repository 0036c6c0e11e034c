"""Someone at a browser whose clicks and keys are counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

LABELS = {"corrected": "收到补正", "delivered": "对方收到征求意见书", "opinion": "收到意见", "posted": "送达"}


@dataclass
class Clerk:
    """`clicks` counts the presses of the mouse or the finger, `keys` the characters and other keys, `typed` has the texts.

    A text costs as many keys as it has characters, although an input method takes fewer or more for Chinese.
    """

    page: Page
    clicks: int = 0
    keys: int = 0
    typed: list[str] = field(default_factory=list)

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()

    def tap(self, selector: str) -> None:
        """Press with a finger, as often as with a mouse."""
        self.clicks += 1
        self.page.locator(selector).first.tap()

    def choose(self, selector: str, value: str) -> None:
        """Choose from a list: one click opens it, one takes the option."""
        self.clicks += 2
        self.page.select_option(selector, value)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.keys += len(text)
        self.typed.append(text)
        self.page.keyboard.type(text)

    def press(self, *names: str) -> None:
        """Press keys that type nothing."""
        for name in names:
            self.keys += 1
            self.page.keyboard.press(name)

    def fill(self, **texts: str) -> None:
        """Fill in questions by their keys, `__` for `-`; coming to each of them is counted as one key, Tab."""
        for name, text in texts.items():
            self.page.fill(f"#{name.replace('__', '-')}", text)
            self.keys += len(text) + 1
            self.typed.append(text)

    def take(self, selector: str, file: str) -> None:
        """Choose a file: one click opens the window, one takes the file."""
        self.clicks += 2
        self.page.set_input_files(selector, file)

    def step(self, label: str) -> None:
        """Follow a next step of a case."""
        self.click(f"section[aria-labelledby=next] a:text-is('{label}')")

    def issue(self) -> None:
        """Issue a letter; the page of the case follows."""
        self.click(".actions button[value=issue]")
        self.page.wait_for_selector("#course, .summary[role=alert], .notice.calm:has-text('还没有签发')")
        assert self.page.is_visible("#course"), self.page.inner_text("main")

    def record(self, kind: str, **texts: str) -> None:
        """Record the next step on the page of the case."""
        self.fill(**{f"{kind}__{name}": text for name, text in texts.items()})
        self.click(f"form.here[action$='/record/{kind}'] button[type=submit]")
        self.page.wait_for_selector(f"ol.course strong:text-is('{LABELS[kind]}')")

    def tell(self, job: str) -> str:
        """The effort so far in one line."""
        return f"{job}: {self.clicks} clicks, {self.keys} keys"
