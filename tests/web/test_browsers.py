"""What browsers meet: pages of other origins, and the page that shows the API."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from gateway.domain.secret import Secret
from gateway.web.api.operations import OPERATIONS
from tests.setting_up import Customer
from tests.web.processes import calling, web_process
from tests.web.served import Served

_PATIENCE_MS = 30_000
_ORIGIN = "https://app.example.com"
_LISTED = f"https://other.example, {_ORIGIN}"


def _preflight(method: str, origin: str = _ORIGIN) -> dict[str, str]:
    return {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization, content-type, idempotency-key, prefer",
    }


async def test_no_other_origin_is_let_in_by_itself(web: httpx.AsyncClient, customer: Customer) -> None:
    """Contract 5: without a listed origin no answer names one, and a preflight is refused."""
    answer = await web.options("/v1/agents", headers=_preflight("POST"))
    assert answer.status_code == 405
    shown = {"origin": _ORIGIN, "authorization": f"Bearer {customer.api_key}"}
    answers = [answer, await web.get("/v1/status", headers=shown), await web.get("/v1/nowhere", headers=shown)]
    assert not any(name.startswith("access-control") for answer in answers for name in answer.headers)


@pytest.mark.parametrize("method", sorted({method for method, _ in OPERATIONS}))
async def test_a_listed_origin_may_use_every_method(redis_url: Secret, method: str) -> None:
    """Contract 5: pages of a listed origin may use every method and header of the API; those of others may not."""
    async with web_process(redis_url, TEXTGATE_CORS_ORIGINS=_LISTED) as app, calling(app) as web:
        allowed = await web.options("/v1/agents", headers=_preflight(method))
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, _ORIGIN)
        assert method in allowed.headers["access-control-allow-methods"].split(", ")
        refused = await web.options("/v1/agents", headers=_preflight(method, "https://evil.example"))
        assert refused.status_code == 400
        assert "access-control-allow-origin" not in refused.headers


async def test_a_page_can_read_refusals_and_quotas(redis_url: Secret, customer: Customer) -> None:
    """Contract 5: a page of a listed origin reads refusals, too, and the headers that tell of quotas."""
    async with web_process(redis_url, TEXTGATE_CORS_ORIGINS=_ORIGIN) as app, calling(app) as web:
        for key in (customer.api_key, "vck_wrong"):
            shown = {"origin": _ORIGIN, "authorization": f"Bearer {key}"}
            answer = await web.get("/v1/agents/agt_x", headers=shown)
            assert answer.status_code in (401, 404)
            assert answer.headers["access-control-allow-origin"] == _ORIGIN
            exposed = answer.headers["access-control-expose-headers"].lower()
            assert {"x-trace-id", "ratelimit-remaining", "retry-after"} <= set(exposed.split(", "))
            assert "access-control-allow-credentials" not in answer.headers


async def test_the_page_forbids_foreign_code(web: httpx.AsyncClient) -> None:
    """Contract 5: /docs needs no key, and its policy lets it load nothing from elsewhere."""
    for path in ("/docs", "/docs/docs.js", "/docs/docs.css", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"):
        answer = await web.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert answer.headers["x-content-type-options"] == "nosniff"
    for path in ("/docs/", "/docs/../main.py", "/docs/docs.html", "/docs/swagger-ui.js", "/docs/%2e%2e%2fmain.py"):
        assert (await web.get(path)).status_code == 404


@pytest.mark.browser
def test_a_developer_tries_a_call_on_the_page(redis_url: Secret, chromium: dict[str, Any]) -> None:
    """Contract 5: in a real browser the page shows every operation, takes a key, makes a call, and breaks no policy."""
    problems: list[str] = []
    with Served(redis_url) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{served.base}/docs")
        expect(page.locator(".opblock")).to_have_count(len(OPERATIONS), timeout=_PATIENCE_MS)
        _try_status(page, served.customer.api_key)
        browser.close()
    assert problems == []


def _try_status(page: Page, key: str) -> None:
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").fill(key)
    page.locator(".auth-btn-wrapper").get_by_role("button", name="Apply credentials").click()
    page.locator(".auth-btn-wrapper").get_by_role("button", name="Close").click()
    page.locator("#operations-Status-get_status .opblock-summary").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table td.response-col_description").last
    expect(answer).to_contain_text('"service": "textgate"', timeout=_PATIENCE_MS)
