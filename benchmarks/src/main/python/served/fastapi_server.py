"""FastAPI on uvicorn, one process: fastapi_server.py FUNCTION PORT."""
import sys

import functions
import uvicorn
from fastapi import FastAPI, Request

predict = functions.named(sys.argv[1])
app = FastAPI()

if sys.argv[1] == "fixed":
    # It waits, so it runs in FastAPI's pool of threads, as its documentation has it.
    @app.post("/v1/models/model-1:predict")
    def in_pool(body: dict):
        return predict(body)

else:

    @app.post("/v1/models/model-1:predict")
    async def on_loop(request: Request):
        return predict(await request.json())


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_level="warning")
