"""The shape of Merlin's pyfunc server for UPI: grpc.aio, the model gets the protobuf: pyfunc_upi.py PORT."""
import asyncio
import sys

import grpc
from caraml.upi.v1 import upi_pb2, upi_pb2_grpc

UNBOUNDED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Model(upi_pb2_grpc.UniversalPredictionServiceServicer):
    async def PredictValues(self, request, context):
        return upi_pb2.PredictValuesResponse(prediction_result_table=request.prediction_table)


async def main():
    server = grpc.aio.server(options=UNBOUNDED)
    upi_pb2_grpc.add_UniversalPredictionServiceServicer_to_server(Model(), server)
    server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
    await server.start()
    await server.wait_for_termination()


asyncio.run(main())
