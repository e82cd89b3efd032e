"""sip: a trunk may carry callers on by itself (REFER)"""

from banjie.storage.migrate import run

revision, down_revision = "0018", "0017"


def upgrade() -> None:
    run("ALTER TABLE trunk ADD COLUMN transfers_by_refer boolean NOT NULL DEFAULT false;\n")


def downgrade() -> None:
    run("ALTER TABLE trunk DROP COLUMN transfers_by_refer;\n")
