"""Many calls at a time, each of which must get its own rows back; load.py CONNECTIONS CALLS-AT-A-TIME SECONDS."""
import asyncio
import sys
import time

import grpc
from caraml.upi.v1 import upi_pb2_grpc

from clients import ADDRESS, request

OPTIONS = [("grpc.use_local_subchannel_pool", 1)]


async def call_on(stub, name, until):
    calls = 0
    while time.monotonic() < until:
        rows = ["%s.%d.%d" % (name, calls, row) for row in range(1 + calls % 5)]
        response = await stub.PredictValues(request(rows, prediction_id=name), timeout=20)
        got = [(row.row_id, row.values[0].string_value) for row in response.prediction_result_table.rows]
        if got != [(row, "value of " + row) for row in rows] or response.metadata.prediction_id != name:
            raise AssertionError("%s was answered %s" % (rows, response))
        calls += 1
    return calls


async def main(connections, callers, seconds):
    channels = [grpc.aio.insecure_channel(ADDRESS, options=OPTIONS) for _ in range(connections)]
    stubs = [upi_pb2_grpc.UniversalPredictionServiceStub(channel) for channel in channels]
    until = time.monotonic() + seconds
    tasks = [call_on(stubs[i % connections], "c%d" % i, until) for i in range(callers)]
    print("calls=%d" % sum(await asyncio.gather(*tasks)))
    for channel in channels:
        await channel.close()


asyncio.run(main(*map(int, sys.argv[1:])))
