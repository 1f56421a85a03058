"""Every hook and action. Every hook ends in `settle`, so that what was missed is made up for."""
import json
import os
import pathlib
import re

import data_interfaces_rules as rules
import pgsql_rules
from tools import Relation, ToolFailed, ask, run

ENDPOINTS = {"reactive": "db", "ops": "db", "di0": "database", "di1": "database"}
EVENT = os.environ["JUJU_DISPATCH_PATH"]
UNIT = os.environ["JUJU_UNIT_NAME"]
# Other clients may be on this machine.
KNOWN = pathlib.Path("/var/lib") / f"pgclient-{UNIT.replace('/', '-')}.json"


def known():
    return json.loads(KNOWN.read_text()) if KNOWN.exists() else {}


def note(**values):
    text = json.dumps({**known(), **values})
    KNOWN.touch(mode=0o600)
    KNOWN.write_text(text)


def request(relation, config):
    leader = ask("is-leader")
    if config["library"] in ("di0", "di1"):
        make = rules.request_v0 if config["library"] == "di0" else rules.request_v1
        secrets = int(os.environ["JUJU_VERSION"].split(".")[0]) >= 3
        if leader and config["database"]:
            relation.write(make(config, secrets), application=True)
        return
    values = {key: config[key] for key in ("database", "roles", "extensions")}
    relation.write(values)
    if config["library"] == "ops" and leader:
        relation.write(values, application=True)


def connection(relation, config):
    """Connection strings that the library would give its charm, or why there are none."""
    if config["library"] == "reactive":
        return pgsql_rules.reactive(relation, config, UNIT)
    if config["library"] == "ops":
        return pgsql_rules.ops(relation, config, UNIT)
    bag = relation.application_bag()
    first = config["library"] == "di0"
    if EVENT.endswith("relation-changed"):
        created = (rules.created_v0 if first else rules.created_v1)(known().get("bag", {}), bag)
        note(bag=bag, created=known().get("created", False) or created)
    if not known().get("created"):
        return None, "the library has not said that the database is there"
    return (rules.connection_v0 if first else rules.connection_v1)(bag)


def psql(text, sql):
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "5"}
    return run("timeout", "60", "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql, text, env=environment)


def settle():
    # Juju leaves out options that are empty.
    given = {key: value for key, value in (ask("config-get") or {}).items() if value is not None}
    config = {"database": "", "roles": "", "extensions": "", **given}
    endpoint = ENDPOINTS[config["library"]]
    relations = ask("relation-ids", endpoint) or []
    broken = os.environ.get("JUJU_RELATION_ID") if EVENT.endswith("-relation-broken") else None
    relations = [one for one in relations if one != broken]
    if not relations:
        KNOWN.unlink(missing_ok=True)
        return "blocked", f"relate {endpoint} to a PostgreSQL server"
    relation = Relation(endpoint, relations[0])
    if EVENT.endswith(("-relation-joined", "-relation-created", "config-changed", "leader-elected")):
        request(relation, config)
    found, why = connection(relation, config)
    if found is None:
        note(connection=None)
        return "waiting", f"waiting: {why}"
    note(connection=found)
    psql(found["primary"], "SELECT 1")
    host = re.search(r"\bhost=(\S+)", found["primary"])[1]
    database = re.search(r"\bdbname=(\S+)", found["primary"])[1]
    return "active", f"connected to {host}/{database}"


def sql_action():
    found = known().get("connection")
    if not found:
        run("action-fail", "nothing usable was published yet")
        return
    readers = found["standbys"] if ask("action-get", "read-only") else []
    try:
        output = psql(readers[0] if readers else found["primary"], ask("action-get", "sql"))
        run("action-set", f"output={output.rstrip()}")
    except ToolFailed as failure:
        run("action-fail", str(failure))


if EVENT == "actions/sql":
    sql_action()
else:
    try:
        state, message = settle()
    except ToolFailed as failure:
        state, message = "waiting", f"cannot connect: {failure}"
    run("status-set", state, message)
