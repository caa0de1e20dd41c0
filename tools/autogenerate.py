"""Draft the migration that brings a database to the models: `tools.autogenerate plans 0002 x`."""

import sys

from alembic import command

from deploy.local.postgres import embedded, temporary_data_folder
from shared.db.migrate import config_for, upgrade


def main(service: str, revision: str, message: str) -> None:
    """Write the draft into the service's `migrations/versions`; read and name it before use."""
    with temporary_data_folder() as folder, embedded(folder, fsync=False) as server:
        url = server.owner_url(service)
        upgrade(service, url)
        command.revision(
            config_for(service, url), message=message, autogenerate=True, rev_id=revision
        )


if __name__ == "__main__":
    main(*sys.argv[1:4])
