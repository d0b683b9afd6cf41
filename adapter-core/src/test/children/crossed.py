"""A child that answers each request with itself, {"answer": …}, after a random while: crossed.py jsonrpc concurrency=32.

With jsonrpc answers come in any order, and what is cancelled is mostly answered at once, sometimes in its own time; bare
JSON, numbered if told so, is answered in order. A request may ask for its own while: {"hold": milliseconds}. With swap two requests are now and
then given each other's answer. With instances a request is {"instances": [[milliseconds to hold, …], …]}, and is answered
with {"predictions": the same rows}. With merged it is {"instances": [a request, …]}, and its answer has in "predictions"
what each of them would be answered. With batch=8 it takes up to so many requests on one line, and answers such a batch
with one array, once the last of its answers is there, or with each answer as it comes. One thread, so that it is cheap.
"""
import heapq
import json
import random
import select
import sys
import time

sys.dont_write_bytecode = True

import speech

LONGEST = 0.004
CHUNK = 1 << 18


def hold(body):
    """How many seconds a request wants to be held."""
    if "merged" in OPTIONS:
        return max(each.get("hold", 0) for each in body["instances"]) / 1000
    return (body["instances"][0][0] if "instances" in OPTIONS else body.get("hold", 0)) / 1000


def answer(body):
    if "merged" in OPTIONS:
        return speech.compact({"predictions": [{"answer": each} for each in body["instances"]]})
    return speech.compact({"predictions": body["instances"]} if "instances" in OPTIONS else {"answer": body})


class Crossed:
    """Owes answers, and gives each when it is due."""

    def __init__(self, words, stream):
        self.words = words
        self.stream = stream
        self.dice = random.Random(int(speech.WORKER))
        self.owed = {}
        self.batches = {}
        self.due = []
        self.ready = []

    def take(self, line):
        message = self.words.request(line)
        if isinstance(message, list):
            batch = {"left": len(message), "answers": []}
            if self.dice.random() < 0.7:
                self.batches.update((each["id"], batch) for each in message)
            for each in message:
                self.owe(each["id"], each["params"]["body"])
            return
        method = message["method"]
        if method == "predict":
            self.owe(message["id"], message["params"]["body"])
        elif method == "cancel":
            if message["params"]["id"] in self.owed and self.dice.random() < 0.7:
                self.settle(message["params"]["id"], self.words.error, -32800, "cancelled")
        else:
            capabilities = {"concurrency": int(OPTIONS["concurrency"]), "cancel": True}
            if "batch" in OPTIONS:
                capabilities["batch"] = {"max_size": int(OPTIONS["batch"]), "max_delay_ms": 1}
            self.ready.append(self.words.answer(message["id"], speech.compact(capabilities)))

    def owe(self, ident, body):
        self.owed[ident] = body
        if "swap" in OPTIONS and self.dice.random() < 0.01:
            other = self.dice.choice(list(self.owed))
            self.owed[ident], self.owed[other] = self.owed[other], self.owed[ident]
        held = hold(body)
        if held or self.dice.random() < 0.5:
            at = time.monotonic() + (held or self.dice.random() * LONGEST)
            heapq.heappush(self.due, (at, ident))
        else:
            self.settle(ident, self.words.answer, answer(body))

    def settle(self, ident, say, *what):
        del self.owed[ident]
        batch = self.batches.pop(ident, None)
        if batch is None:
            self.ready.append(say(ident, *what))
            return
        batch["answers"].append(say(ident, *what))
        batch["left"] -= 1
        if not batch["left"]:
            self.ready.append("[" + ",".join(batch["answers"]) + "]")

    def flush(self):
        """Writes all that is due, in random order; how many milliseconds until more will be."""
        now = time.monotonic()
        while self.due and self.due[0][0] <= now:
            ident = heapq.heappop(self.due)[1]
            if ident in self.owed:
                self.settle(ident, self.words.answer, answer(self.owed[ident]))
        if self.ready:
            self.dice.shuffle(self.ready)
            self.stream.write("\n".join(self.ready) + "\n")
            self.ready.clear()
        return max(1, int(1000 * (self.due[0][0] - now))) if self.due else None


class InOrder(Crossed):
    """Keeps the order of the requests, and takes its time with a few."""

    def take(self, line):
        message = self.words.request(line)
        body = message["params"]["body"]
        pause = hold(body) or (self.dice.random() < 0.005 and LONGEST * self.dice.random())
        if pause:
            time.sleep(pause)
        self.ready.append(self.words.answer(message.get("id"), answer(body)))

    def flush(self):
        if self.ready:
            self.stream.write("\n".join(self.ready) + "\n")
            self.ready.clear()


OPTIONS = dict(argument.partition("=")[::2] for argument in sys.argv[1:])


def main():
    stream = speech.Stream()
    stream.open()
    child = (Crossed if "jsonrpc" in OPTIONS else InOrder)(speech.words(OPTIONS), stream)
    poll = select.poll()
    poll.register(stream.source(), select.POLLIN)
    parts = []
    wait = None
    while True:
        if poll.poll(wait):
            chunk = stream.read(CHUNK)
            if not chunk:
                break
            *lines, rest = chunk.split(b"\n")
            if lines:
                lines[0] = b"".join(parts) + lines[0]
                parts.clear()
                for line in lines:
                    child.take(line)
            parts.append(rest)
        wait = child.flush()


main()
