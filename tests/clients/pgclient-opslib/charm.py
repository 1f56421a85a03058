#!/usr/bin/env python3
"""A client with the library ops-lib-pgsql itself, as operator charms of 2020 were written."""
import subprocess

import ops
from pgsql import PostgreSQLClient

DATABASE = "opslib"


class Client(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        self.db = PostgreSQLClient(self, "db")
        framework.observe(self.db.on.database_relation_joined, self._ask)
        framework.observe(self.db.on.master_changed, self._connect)

    def _ask(self, event):
        if self.unit.is_leader():
            event.database = DATABASE
        elif event.database != DATABASE:
            event.defer()

    def _connect(self, event):
        if event.database != DATABASE or event.master is None:
            self.unit.status = ops.WaitingStatus("there is no primary")
            return
        subprocess.run(["psql", event.master.conn_str, "-c", "SELECT 1"], check=True)
        self.unit.status = ops.ActiveStatus("connected")


if __name__ == "__main__":
    ops.main(Client)
