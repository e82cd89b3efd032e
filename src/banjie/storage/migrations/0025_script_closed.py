"""scripts: one that is no longer used is closed"""

from banjie.storage.migrate import run

revision, down_revision = "0025", "0024"


def upgrade() -> None:
    run("ALTER TABLE script ADD COLUMN is_active boolean NOT NULL DEFAULT true;")


def downgrade() -> None:
    run("ALTER TABLE script DROP COLUMN is_active;")
