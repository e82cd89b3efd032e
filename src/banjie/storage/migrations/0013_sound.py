"""calls: how well the worst leg of each was heard"""

from banjie.storage.migrate import run

revision, down_revision = "0013", "0012"

_UP = """
ALTER TABLE call_record ADD COLUMN mos double precision;
"""
_DOWN = """
ALTER TABLE call_record DROP COLUMN mos;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
