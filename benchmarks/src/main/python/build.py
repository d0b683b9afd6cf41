"""Brings what is compared and what compares, all of it below target: an environment of Python, programs of Go, the image."""
import os
import subprocess
import sys

from servers import SERVED

GO = ("./serve", "./child", "./load", "./crowd", "./pace")


def all_of_it(tools):
    environment(tools)
    programs(tools)
    if tools.engine:
        run(tools.root / "scripts/build-image", env=os.environ | {"ENGINE": tools.engine})


def environment(tools):
    wanted, had = SERVED / "requirements.txt", tools.target / "venv/requirements.txt"
    if had.exists() and had.read_text() == wanted.read_text():
        return
    run(sys.executable, "-m", "venv", "--clear", tools.target / "venv")
    run(tools.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", wanted)
    had.write_text(wanted.read_text())


def programs(tools):
    tools.go.mkdir(parents=True, exist_ok=True)
    # Without C, so that they run in the image, too.
    free = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false"}
    run("go", "build", "-o", f"{tools.go}/", *GO, cwd=SERVED.parents[1] / "go", env=free)


def run(*command, **options):
    subprocess.run([str(word) for word in command], check=True, stdout=sys.stderr, **options)
