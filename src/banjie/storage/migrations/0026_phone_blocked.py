"""people: a desk phone that may not register, whatever its password"""

from banjie.storage.migrate import run

revision, down_revision = "0026", "0025"


def upgrade() -> None:
    run("ALTER TABLE phone_login ADD COLUMN is_blocked boolean NOT NULL DEFAULT false;")


def downgrade() -> None:
    run("ALTER TABLE phone_login DROP COLUMN is_blocked;")
