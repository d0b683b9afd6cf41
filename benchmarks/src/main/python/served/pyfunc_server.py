"""The shape of Merlin's pyfunc server, not its code: a tornado handler, orjson, the model on the loop. FUNCTION PORT."""
import asyncio
import sys

import functions
import orjson
import tornado.web

predict = functions.named(sys.argv[1])


class Predict(tornado.web.RequestHandler):
    async def post(self):
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.write(orjson.dumps(predict(orjson.loads(self.request.body))))


async def main():
    application = tornado.web.Application([("/v1/models/model-1:predict", Predict)], log_function=lambda handler: None)
    application.listen(int(sys.argv[2]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
