"""Readiness of clients over `db` (interface pgsql). Each rule returns connection strings or why it waits."""


def reactive(relation, config, unit):
    """2018: unit bags only; every unit that names a server must pass, or the whole relation waits."""
    bags = relation.unit_bags()
    speaking = [bag for bag in bags if bag.get("master") or bag.get("standbys")]
    if not speaking:
        return None, "no unit names a server"
    egress = relation.own_egress()
    for bag in speaking:
        missing = [key for key in ("host", "port", "database", "user", "password") if not bag.get(key)]
        if missing:
            return None, f"a unit has no {missing[0]}"
        if bag.get("allowed-subnets"):
            if not egress <= set(bag["allowed-subnets"].split(",")):
                return None, "our subnets are not in allowed-subnets"
        elif unit not in bag.get("allowed-units", "").split(","):
            return None, "we are not in allowed-units"
        for key in ("database", "roles", "extensions"):
            if config[key] and bag.get(key) != config[key]:
                return None, f"{key} {bag.get(key)!r} is not what we asked for"
    masters = [bag["master"] for bag in bags if bag.get("master")]
    standbys = [bag["standbys"].splitlines() for bag in bags if bag.get("standbys")]
    if not masters:
        return None, "no unit names the primary"
    return {"primary": masters[0], "standbys": standbys[0] if standbys else []}, ""


def ops(relation, config, unit):
    """ops-lib-pgsql 1.4: the application bag, then units by name; the first that is ready wins."""
    egress = relation.own_egress()
    bags = [relation.application_bag(), *relation.unit_bags()]

    def ready(bag):
        if config["database"] and bag.get("database") != config["database"]:
            return False
        if any(bag.get(key, "") != config[key] for key in ("roles", "extensions")):
            return False
        return egress <= set(bag.get("allowed-subnets", "").split(","))

    masters = [bag["master"] for bag in bags if bag.get("master") and ready(bag)]
    standbys = [bag["standbys"] for bag in bags if bag.get("standbys") and ready(bag)]
    if not masters:
        return None, "no bag with a primary is ready"
    return {"primary": masters[0], "standbys": standbys[0].splitlines() if standbys else []}, ""
