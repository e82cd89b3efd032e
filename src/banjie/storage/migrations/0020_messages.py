"""calls: who has dealt with a message"""

from banjie.storage.migrate import run

revision, down_revision = "0020", "0019"

_UP = """
CREATE TABLE message_handled (
    call_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    user_id text NOT NULL,
    handled_at timestamptz NOT NULL
);
CREATE INDEX call_event_messages ON call_event (tenant_id, at DESC) WHERE kind = 'MessageLeft';
"""
_DOWN = """
DROP INDEX call_event_messages;
DROP TABLE message_handled;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
