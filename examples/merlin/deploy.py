"""Deploys an image made from merlin-adapter-base as a custom model of Merlin, and prints its endpoint."""

import argparse
import sys

import merlin
from merlin.deployment_mode import DeploymentMode
from merlin.endpoint import Status
from merlin.model import ModelEndpointDeploymentError, ModelType
from merlin.protocol import Protocol


def pair(text):
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} (expected: NAME=VALUE)")
    return name, value


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="of Merlin's API, without the /v1")
    parser.add_argument("--project", required=True)
    parser.add_argument("--model", required=True, help="created if it isn't there: a-z, 0-9 and -, at most 25")
    parser.add_argument("--image", required=True)
    parser.add_argument("--artifact", help="folder with the model's files; a model.properties is written into it")
    parser.add_argument("--args", default="", help="options and program, if not those of the image: --args='… -- …'")
    parser.add_argument("--protocol", choices=[one.value for one in Protocol], default=Protocol.HTTP_JSON.value)
    parser.add_argument("--environment", help="default: the one that Merlin calls default")
    parser.add_argument("--env", type=pair, action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--cpu", help="request, as 500m or 2; default: the environment's")
    parser.add_argument("--memory", help="request, as 1Gi; the limit is twice as much")
    parser.add_argument("--raw", action="store_true", help="a Kubernetes Deployment instead of Knative")
    parser.add_argument("--no-google-auth", action="store_true", help="send no token of Google's")
    return parser.parse_args(arguments)


def resources(asked):
    """The environment's default, changed where that was asked for."""
    if asked.environment:
        environment = merlin.get_environment(asked.environment)
    else:
        environment = merlin.get_default_environment()
    if environment is None:
        sys.exit(f"Merlin has no environment {asked.environment or 'that is the default'}")
    request = environment.default_resource_request
    request.cpu_request = asked.cpu or request.cpu_request
    request.memory_request = asked.memory or request.memory_request
    return environment.name, request


def deploy(asked):
    merlin.set_url(asked.url, use_google_oauth=not asked.no_google_auth)
    merlin.set_project(asked.project)
    merlin.set_model(asked.model, ModelType.CUSTOM)
    environment, request = resources(asked)
    with merlin.new_model_version() as version:
        # No command: it would take the place of the image's ENTRYPOINT, and no adapter would run.
        merlin.log_custom_model(image=asked.image, model_dir=asked.artifact, args=asked.args)
        return merlin.deploy(
            version,
            environment_name=environment,
            resource_request=request,
            env_vars=dict(asked.env),
            deployment_mode=DeploymentMode.RAW_DEPLOYMENT if asked.raw else DeploymentMode.SERVERLESS,
            protocol=Protocol(asked.protocol),
        )


def main(arguments=None):
    asked = parse(arguments)
    try:
        endpoint = deploy(asked)
    except ModelEndpointDeploymentError as failed:
        sys.exit(
            f"{failed.model_name} version {failed.version} was not deployed: "
            f"{failed.details or 'the reason is in the history of the version, in the web interface of Merlin'}"
        )
    if endpoint.status not in (Status.RUNNING, Status.SERVING):
        sys.exit(f"the endpoint is {endpoint.status.value} (expected: running)")
    print(endpoint.url)


if __name__ == "__main__":
    main()
