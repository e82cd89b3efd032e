"""customers: notes on them, every version kept; calls found by customer"""

from banjie.storage.migrate import run

revision, down_revision = "0019", "0018"

_UP = """
CREATE TABLE customer_note (
    tenant_id text NOT NULL REFERENCES tenant,
    note_id text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    customer_id text NOT NULL REFERENCES customer ON DELETE CASCADE,
    author_id text NOT NULL,
    text text NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (note_id, version)
);
CREATE INDEX customer_note_customer ON customer_note (customer_id);
CREATE TRIGGER customer_note_never_changes BEFORE UPDATE ON customer_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE INDEX call_record_customer ON call_record (tenant_id, customer_id, arrived_at DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX call_record_dialled ON call_record (tenant_id, dialled, arrived_at DESC) WHERE direction = 'out';
"""
_DOWN = """
DROP INDEX call_record_dialled;
DROP INDEX call_record_customer;
DROP TABLE customer_note;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
