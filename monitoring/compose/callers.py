"""Calls a model again and again, so that a dashboard has something to show; one call in twenty is refused with a 422."""

import itertools
import json
import math
import sys
import time
import urllib.error
import urllib.request

URL = sys.argv[1]
RIDE = {"zone": "centre", "requests": 48, "drivers": 15, "rain_mm": 3.5, "hour": 18.5}

for number in itertools.count(1):
    ride = RIDE if number % 20 else RIDE | {"drivers": -1}
    request = urllib.request.Request(URL, json.dumps({"instances": [ride]}).encode())
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError:
        pass  # counted by the model
    except OSError as fault:
        print(fault, flush=True)
        time.sleep(1)
    # From 5 to 50 calls a second and back, every ten minutes.
    time.sleep(1 / (27.5 + 22.5 * math.sin(time.time() / 600 * 2 * math.pi)))
