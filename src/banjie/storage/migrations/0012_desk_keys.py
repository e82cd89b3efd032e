"""people: the keys each put elsewhere go with him to another seat"""

from banjie.storage.migrate import run

revision, down_revision = "0012", "0011"

_UP = """
ALTER TABLE app_user ADD COLUMN desk_keys jsonb NOT NULL DEFAULT '{}';
"""
_DOWN = """
ALTER TABLE app_user DROP COLUMN desk_keys;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
