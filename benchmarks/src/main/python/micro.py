"""The parts alone, by JMH: how long an operation takes, and how many bytes it allocates."""
import json
import subprocess

FLAGS = ["-bm", "avgt", "-tu", "us", "-f", "1", "-prof", "gc", "-jvmArgs", "-XX:+UseSerialGC -Xmx1g", "-rf", "json"]


def run(tools, quick):
    results = tools.target / "bench/jmh.json"
    times = ["-wi", "1", "-i", "2", "-w", "200ms", "-r", "200ms"] if quick else ["-wi", "2", "-i", "3", "-w", "1", "-r", "1"]
    command = [tools.java, "-cp", tools.class_path(), "org.openjdk.jmh.Main", *FLAGS, "-rff", str(results), *times]
    with open(tools.target / "bench/logs/jmh.log", "wb") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log)
    return [operation(told) for told in json.loads(results.read_text())]


def operation(told):
    time, allocated = told["primaryMetric"], told["secondaryMetrics"]["gc.alloc.rate.norm"]
    return {
        "name": told["benchmark"].rpartition("benchmarks.")[2].replace("Benchmark", ""),
        "of": ", ".join(told.get("params", {}).values()),
        "micros": time["score"],
        "range": [time["scorePercentiles"]["0.0"], time["scorePercentiles"]["100.0"]],
        "bytes": allocated["score"],
    }
