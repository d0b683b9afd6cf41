"""mosec, one worker: FUNCTION and BATCH come by the environment, as mosec reads the command line itself."""
import json
import os

import functions
from mosec import Server, Worker

BATCH = int(os.environ["BATCH"])
FUNCTION = os.environ["FUNCTION"]


class Model(Worker):
    def __init__(self):
        super().__init__()
        self.predict = functions.named(FUNCTION)

    def serialize(self, data):
        """Its own has line breaks and blanks in it, which cost it a fifth of its speed."""
        return json.dumps(data, separators=(",", ":")).encode()

    def forward(self, data):
        if BATCH == 1:
            return self.predict(data)
        predictions = iter(functions.fixed_rows([row for body in data for row in body["instances"]]))
        return [{"predictions": [next(predictions) for _ in body["instances"]]} for body in data]


if __name__ == "__main__":
    server = Server()
    server.append_worker(Model, num=1, max_batch_size=BATCH, max_wait_time=2, route="/v1/models/model-1:predict")
    server.run()
