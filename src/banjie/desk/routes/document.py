"""The interface described, for generators of clients."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from banjie.desk.access import Open

router = APIRouter(include_in_schema=False)


@router.get("/api/openapi.json", dependencies=[Depends(Open("the interface is public, the data is not"))])
async def get_document(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())
