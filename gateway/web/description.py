"""/openapi.json and /docs: the API described, for programs and for people."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from gateway.web.openapi import describe_api

_PAGES: Final = Path(__file__).parent / "pages"
_OURS: Final = {"docs.css": "text/css", "docs.js": "text/javascript"}
_SWAGGER_UI: Final = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_HEADERS: Final = {
    "Content-Security-Policy": (
        # Swagger UI sets styles of its elements, and draws its icons from data
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


async def get_openapi(_request: Request) -> JSONResponse:
    """Describe the API in OpenAPI 3.1."""
    return JSONResponse(describe_api())


async def get_docs(_request: Request) -> Response:
    """Show the description to a person, who can try each call."""
    return FileResponse(_PAGES / "docs.html", media_type="text/html", headers=_HEADERS)


async def get_docs_file(request: Request) -> Response:
    """Serve one of the page's few files."""
    name = request.path_params["name"]
    if name in _OURS:
        return FileResponse(_PAGES / name, media_type=_OURS[name], headers=_HEADERS)
    if name in _SWAGGER_UI:
        return FileResponse(_find_swagger_ui() / name, media_type=_SWAGGER_UI[name], headers=_HEADERS)
    raise HTTPException(status_code=404)


@cache
def _find_swagger_ui() -> Path:
    """Find the files of Swagger UI in the package that carries them, of which no code is run."""
    spec = importlib.util.find_spec("swagger_ui")
    places = (spec and spec.submodule_search_locations) or []
    return Path(next(iter(places))) / "static"
