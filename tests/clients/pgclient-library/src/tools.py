"""Hook commands, and what of them the libraries look at."""
import json
import subprocess


class ToolFailed(Exception):
    pass


def run(*command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, **environment)
    if done.returncode != 0:
        raise ToolFailed(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


def ask(*command):
    text = run(*command, "--format=json").strip()
    return json.loads(text) if text else None


class Relation:
    """One relation, seen from this unit."""

    def __init__(self, endpoint, identity):
        self.endpoint = endpoint
        self.identity = identity
        self.application = ask("relation-list", "-r", identity, "--app") or ""
        units = ask("relation-list", "-r", identity) or []
        self.units = sorted(units, key=lambda unit: int(unit.rpartition("/")[2]))

    def application_bag(self):
        return self._bag("--app", self.application)

    def unit_bags(self):
        return [self._bag(unit) for unit in self.units]

    def own_egress(self):
        network = ask("network-get", self.endpoint, "-r", self.identity) or {}
        return set(network.get("egress-subnets") or [])

    def write(self, values, application=False):
        owner = ["--app"] if application else []
        run("relation-set", "-r", self.identity, *owner, *[f"{key}={value}" for key, value in values.items()])

    def _bag(self, *whose):
        flags, names = [w for w in whose if w.startswith("-")], [w for w in whose if not w.startswith("-")]
        return ask("relation-get", "-r", self.identity, *flags, "-", *names) or {}


def secret(uri):
    """Content of the newest revision of a secret, or nothing while it cannot be read."""
    try:
        return ask("secret-get", uri, "--refresh") or {}
    except ToolFailed:
        return {}
