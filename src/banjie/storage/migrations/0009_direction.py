"""calls: who called whom: in, out, or from colleague to colleague"""

from banjie.storage.migrate import run

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    run("ALTER TABLE call_record ADD COLUMN direction text NOT NULL DEFAULT 'in'")


def downgrade() -> None:
    run("ALTER TABLE call_record DROP COLUMN direction")
