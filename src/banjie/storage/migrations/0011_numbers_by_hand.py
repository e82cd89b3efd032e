"""numbers: those that keep named hours, and those that are closed"""

from banjie.storage.migrate import run

revision, down_revision = "0011", "0010"

_UP = """
ALTER TABLE service_number ADD COLUMN hours_id text REFERENCES opening_hours,
    ADD COLUMN is_active boolean NOT NULL DEFAULT true;
"""
_DOWN = """
ALTER TABLE service_number DROP COLUMN hours_id, DROP COLUMN is_active;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
