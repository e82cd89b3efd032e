"""calls: dispositions that ask for a note"""

from banjie.storage.migrate import run

revision, down_revision = "0024", "0023"


def upgrade() -> None:
    run("ALTER TABLE disposition ADD COLUMN needs_note boolean NOT NULL DEFAULT false;")


def downgrade() -> None:
    run("ALTER TABLE disposition DROP COLUMN needs_note;")
