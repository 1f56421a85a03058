"""Readiness of clients over `database` (interface postgresql_client): data_interfaces v0 and v1."""
import hashlib
import json

from tools import secret

SALT = "F3lPS2Tut5uTvcKh"


def request_v0(config, secrets):
    values = {"database": config["database"], "extra-user-roles": config["roles"]}
    if secrets:
        fields = ["username", "password", "tls", "tls-ca", "uris", "read-only-uris"]
        values["requested-secrets"] = json.dumps(fields)
    return values


def request_v1(config, secrets):
    resource = config["database"]
    identity = hashlib.sha256(f"{resource}:{SALT}".encode()).hexdigest()[:16]
    request = {
        "resource": resource,
        "request-id": identity,
        "salt": SALT,
        "extra-user-roles": config["roles"] or None,
        "extra-group-roles": None,
        "external-node-connectivity": False,
        "entity-type": None,
        "entity-permissions": None,
        "secret-mtls": None,
    }
    return {"version": "v1", "requests": json.dumps([request])}


def created_v0(before, after):
    """Returns True when `database_created` fires as the bag changes from `before` to `after`."""
    added = {key for key in after if key not in before}
    return "secret-user" in added or {"username", "password"} <= added


def created_v1(before, after):
    def users(bag):
        return {one["request-id"] for one in json.loads(bag.get("requests", "[]")) if one.get("secret-user")}

    return bool(after.get("data")) and bool(users(after) - users(before))


def connection_v0(bag):
    user = secret(bag["secret-user"]) if bag.get("secret-user") else bag
    return _connection(user, bag, bag.get("database", ""))


def connection_v1(bag):
    if bag.get("version") != "v1":
        raise ValueError(f"version {bag.get('version')!r} is not v1")
    noted = json.loads(bag.get("data", "{}"))
    for response in json.loads(bag.get("requests", "[]")):
        if response["request-id"] not in noted:
            raise ValueError("a response is not noted in data")
        tls = secret(response["secret-tls"]).get("tls", "false") if response.get("secret-tls") else "false"
        if tls not in ("true", "false"):
            raise ValueError(f"tls is {tls!r}")
        return _connection(secret(response.get("secret-user", "")), response, response["resource"])
    return None, "no response"


def _connection(user, public, database):
    if not user.get("username") or not user.get("password"):
        return None, "username and password cannot be read"
    if not public.get("endpoints"):
        return None, "endpoints are missing"

    def text(endpoint):
        host, _, port = endpoint.rpartition(":")
        login = f"user={user['username']} password={user['password']}"
        return f"dbname={database} host={host.strip('[]')} port={port} {login}"

    readers = [one for one in public.get("read-only-endpoints", "").split(",") if one]
    return {"primary": text(public["endpoints"]), "standbys": [text(one) for one in readers]}, ""
