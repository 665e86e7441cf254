"""What every browser test does."""

from playwright.sync_api import Page

APP = "[data-testid=stApp]"


def settle(page: Page, timeout: float = 60_000) -> None:
    """Wait until the app is connected and its script has come to rest (milliseconds)."""
    page.wait_for_selector(f"{APP}[data-test-connection-state=CONNECTED]", timeout=timeout)
    # Twice, after a pause each: a click is sent to the server with a delay, and a script may start its own rerun.
    for _ in range(2):
        page.wait_for_timeout(250)
        page.wait_for_selector(f"{APP}[data-test-script-state=notRunning]", timeout=timeout)
