"""Uses the page at /dev as a person does, in a real Chromium: page.py STEP URL [FOLDER FOR SCREENSHOTS].

What must be so is asserted; what was seen is printed.
"""

import pathlib
import re
import shutil
import sys

from playwright.sync_api import expect, sync_playwright

PATIENCE = 120_000
WIDE = {"width": 1280, "height": 900}
expect.set_options(timeout=PATIENCE)


def opened(browser, url, **options):
    page = browser.new_page(**{"viewport": WIDE, **options})
    page.set_default_timeout(PATIENCE)
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: said.type == "error" and "Failed to load" not in said.text and page.faults.append(said.text))
    page.foreign = []
    page.on("request", lambda asked: page.foreign.append(asked.url))
    page.goto(url + "/dev")
    expect(page.locator("#state")).not_to_have_text("Connecting")
    return page


def shoot(page, folder, name):
    if folder:
        page.wait_for_timeout(900)
        page.screenshot(path=str(pathlib.Path(folder) / (name + ".png")), full_page=True)


def send(page, url, folder):
    """The form is filled in; both protocols answer; the snippets are there; nothing is loaded from elsewhere."""
    expect(page.locator("#state")).to_have_text("Ready")
    body = page.get_by_role("textbox", name="Request").input_value()
    assert "instances" in body, body
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_contain_text("200")
    expect(page.locator("#answer")).to_contain_text("predictions")
    expect(page.locator("#timing")).to_be_visible()
    assert re.fullmatch(r"[\d.]+ ms", page.locator("#t-program").inner_text())
    assert "curl -s " + url.replace("127.0.0.1", "localhost") in page.locator("#code").inner_text().replace("127.0.0.1", "localhost")
    page.get_by_role("radio", name="Python").check()
    expect(page.locator("#code")).to_contain_text("import requests")
    shoot(page, folder, "idle")
    page.get_by_role("radio", name="UPI_V1 as JSON").check()
    expect(page.locator("#code")).to_contain_text("upi_pb2_grpc")
    page.get_by_role("radio", name="grpcurl").check()
    expect(page.locator("#code")).to_contain_text("PredictValues")
    # By the keyboard alone.
    page.locator("#body").press("Control+Enter")
    expect(page.locator("#status")).not_to_contain_text("waiting")
    expect(page.locator("#answer")).not_to_contain_text("could not be reached")
    print("upi:", page.locator("#status").inner_text(), page.locator("#answer").inner_text()[:200])
    expect(page.locator("#workers")).to_contain_text("ready")
    expect(page.locator("#lines")).to_contain_text("READY")
    foreign = [asked for asked in page.foreign if not re.match(r"(http://(localhost|127\.0\.0\.1):\d+/|data:)", asked)]
    assert not foreign, foreign


def restart(page, url, folder):
    """The button starts a new copy."""
    pid = page.locator("#workers td").nth(2).inner_text()
    page.get_by_role("button", name="Restart").click()
    expect(page.locator("#restarts")).to_contain_text("asked for on the page")
    expect(page.locator("#restarts")).to_contain_text("done in")
    expect(page.locator("#workers td").nth(2)).not_to_have_text(pid)


def broken(page, url, folder):
    """A program that does not start shows its traceback."""
    expect(page.locator("#trouble")).to_be_visible()
    expect(page.locator("#trouble-title")).to_have_text("The new copy did not start")
    expect(page.locator("#trouble-trace")).to_contain_text("Error")
    expect(page.locator("#trouble-text")).to_contain_text("still serves")
    expect(page.locator("#state")).to_have_text("Ready")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_contain_text("200")
    shoot(page, folder, "broken")


def load(page, url, folder):
    """Under load: figures and bars."""
    expect(page.locator("#latency .label").first).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#status")).to_contain_text(re.compile(r"\d{3}"))
    page.wait_for_function("Number(document.getElementById('rate').textContent) > 1")
    shoot(page, folder, "load")


def check(page, url, folder):
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#check-state")).to_have_text(re.compile("it will serve|exit code"))
    print("check:", page.locator("#check-state").inner_text(), page.locator("#check-text").inner_text()[:2000])
    shoot(page, folder, "check")


def look(page, url, folder):
    shoot(page, folder, "look")


STEPS = {"send": send, "restart": restart, "broken": broken, "load": load, "check": check, "look": look}


def main(step, url, folder=None, scheme="light", width=None):
    # The one of the system: pip brings none, and a download is no test's business.
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "no chromium here; scripts/install-tools chromium brings it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        size = {"width": int(width), "height": 900} if width else WIDE
        page = opened(browser, url, color_scheme=scheme, viewport=size)
        STEPS[step](page, url, folder)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{wide} px too wide"
        assert not page.faults, page.faults
        browser.close()
    print(step, "done")


if __name__ == "__main__":
    main(*sys.argv[1:])
