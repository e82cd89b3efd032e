"""routing: where an agent answers, kept with his state, so that a restart seats him as he was"""

from banjie.storage.migrate import run

revision, down_revision = "0022", "0021"


def upgrade() -> None:
    run("ALTER TABLE agent_state ADD COLUMN device text;")


def downgrade() -> None:
    run("ALTER TABLE agent_state DROP COLUMN device;")
