"""numbers, scripts, queues, customers: where calls arrive, what they hear, where they wait, who calls"""

from alembic import op

from banjie.storage.migrate import run

revision, down_revision = "0002", "0001"

_UP = """
CREATE TABLE queue (
    queue_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name jsonb NOT NULL,
    position integer NOT NULL,
    priority integer NOT NULL,
    ring_timeout_s double precision NOT NULL,
    acw_s double precision,
    misses_before_break integer NOT NULL,
    rejections_before_break integer NOT NULL,
    service_level_s double precision NOT NULL
);
CREATE TABLE queue_member (
    queue_id text NOT NULL REFERENCES queue ON DELETE CASCADE,
    user_id text NOT NULL REFERENCES app_user ON DELETE CASCADE,
    tenant_id text NOT NULL REFERENCES tenant,
    position integer NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, queue_id)
);
CREATE INDEX queue_member_queue ON queue_member (queue_id);
CREATE TABLE disposition (
    tenant_id text NOT NULL REFERENCES tenant,
    code text NOT NULL,
    name jsonb NOT NULL,
    parent text,
    position integer NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (tenant_id, code)
);
CREATE TABLE break_reason (
    tenant_id text NOT NULL REFERENCES tenant,
    code text NOT NULL,
    name jsonb NOT NULL,
    position integer NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    PRIMARY KEY (tenant_id, code)
);
CREATE TABLE script (
    script_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name jsonb NOT NULL,
    draft jsonb NOT NULL,
    draft_revision integer NOT NULL,
    draft_changed_at timestamptz NOT NULL,
    draft_changed_by text,
    published_version integer
);
CREATE TABLE script_version (
    script_id text NOT NULL REFERENCES script ON DELETE CASCADE,
    version integer NOT NULL CHECK (version > 0),
    tenant_id text NOT NULL REFERENCES tenant,
    document jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    published_by text,
    PRIMARY KEY (script_id, version)
);
CREATE TRIGGER script_version_never_changes BEFORE UPDATE ON script_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE service_number (
    number_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    number text NOT NULL UNIQUE,
    name jsonb NOT NULL,
    plan jsonb NOT NULL
);
CREATE TABLE prompt (
    tenant_id text NOT NULL REFERENCES tenant,
    name text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    file text,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, name, language)
);
CREATE TABLE customer (
    customer_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name text NOT NULL,
    level text NOT NULL,
    region text,
    language text,
    note text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);
CREATE TABLE customer_number (
    tenant_id text NOT NULL REFERENCES tenant,
    number text NOT NULL,
    customer_id text NOT NULL REFERENCES customer ON DELETE CASCADE,
    PRIMARY KEY (tenant_id, number)
);
CREATE INDEX customer_number_customer ON customer_number (customer_id);
"""

_TABLES = (
    "customer_number, customer, prompt, service_number, script_version, script, break_reason, disposition, "
    "queue_member, queue"
)


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    op.execute(f"DROP TABLE {_TABLES}")
