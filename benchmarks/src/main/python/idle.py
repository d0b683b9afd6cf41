"""What connections cost on which nothing happens: each has had one answer, and is kept."""
import socket
import time

import load
import processes
import servers

AMOUNT = 2000
SMALL = "small"
# Longer than a busy machine takes to open them all.
PATIENCE = 30


def run(tools):
    rows = []
    for server in (servers.CONSTANT, servers.adapter("lines, cat", "--max-connections=3000", *servers.CAT)):
        port = processes.free_port()
        running = server.start(tools, port)
        try:
            body = tools.target / "bench" / f"{SMALL}.json"
            processes.await_answer(running, lambda: ask(connected(port), body.read_bytes()), server.name)
            # So that what all callers together need once is there.
            load.closed_http(tools, f"http://127.0.0.1:{port}{servers.PREDICT}", body, 64, 5)
            before = processes.resident_mb(running.pid)
            kept = [connected(port) for _ in range(AMOUNT)]
            for one in kept:
                ask(one, body.read_bytes())
            opened = processes.resident_mb(running.pid)
            cpu, began = processes.cpu_seconds(running.pid), time.monotonic()
            time.sleep(5)
            used = (processes.cpu_seconds(running.pid) - cpu) / (time.monotonic() - began)
            for one in kept:
                one.close()
        finally:
            running.stop()
        rows.append({"server": server.name, "before": before, "more": opened - before, "cpu": used})
    return {"amount": AMOUNT, "rows": rows}


def connected(port):
    return socket.create_connection(("127.0.0.1", port), PATIENCE)


def ask(connection, body):
    head = f"POST {servers.PREDICT} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
    said = connection.recv(4096)
    if not said.startswith(b"HTTP/1.1 200"):
        raise ValueError(f"it answered {said[:200]}")
