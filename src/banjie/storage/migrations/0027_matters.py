"""matters: work orders whole, with what is searched for beside; a history that only grows; each rung climbed once"""

from banjie.storage.migrate import run

revision, down_revision = "0027", "0026"

_UP = """
CREATE TABLE unit (
    tenant_id text NOT NULL REFERENCES tenant,
    unit_id text NOT NULL,
    name jsonb NOT NULL,
    parent_id text,
    head_id text,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, unit_id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES unit
);
CREATE TABLE unit_member (
    tenant_id text NOT NULL,
    unit_id text NOT NULL,
    user_id text NOT NULL,
    PRIMARY KEY (tenant_id, unit_id, user_id),
    FOREIGN KEY (tenant_id, unit_id) REFERENCES unit
);
CREATE TABLE matter_class (
    tenant_id text NOT NULL REFERENCES tenant,
    class_id text NOT NULL,
    parent_id text,
    facts jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, class_id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES matter_class
);
CREATE TABLE matter_rules (
    tenant_id text PRIMARY KEY REFERENCES tenant,
    facts jsonb NOT NULL
);
CREATE TABLE matter_serial (
    tenant_id text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (tenant_id, year)
);
CREATE TABLE matter (
    matter_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    number text NOT NULL,
    title text NOT NULL,
    class_id text NOT NULL,
    state text NOT NULL,
    is_confidential boolean NOT NULL,
    owner_id text,
    unit_id text,
    helpers text[] NOT NULL,
    supervisor_id text,
    parent_id text,
    customer_id text,
    call_id text,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    stage_due_at timestamptz,
    replied_at timestamptz,
    settled_at timestamptz,
    wakes_at timestamptz,
    lines_count integer NOT NULL,
    facts jsonb NOT NULL,
    UNIQUE (tenant_id, number)
);
CREATE INDEX matter_of_owner ON matter (tenant_id, owner_id, due_at, matter_id) WHERE settled_at IS NULL;
CREATE INDEX matter_of_unit ON matter (tenant_id, unit_id, due_at, matter_id) WHERE settled_at IS NULL;
CREATE INDEX matter_of_supervisor ON matter (tenant_id, supervisor_id, stage_due_at, matter_id) WHERE settled_at IS NULL;
CREATE INDEX matter_in_state ON matter (tenant_id, state, stage_due_at, matter_id) WHERE settled_at IS NULL;
CREATE INDEX matter_due ON matter (tenant_id, due_at, matter_id);
CREATE INDEX matter_opened ON matter (tenant_id, opened_at, matter_id);
CREATE INDEX matter_settled ON matter (tenant_id, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX matter_of_customer ON matter (customer_id, opened_at) WHERE customer_id IS NOT NULL;
CREATE INDEX matter_of_call ON matter (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX matter_of_parent ON matter (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX matter_helped ON matter USING gin (helpers) WHERE settled_at IS NULL;
CREATE INDEX matter_awake ON matter (wakes_at) WHERE wakes_at IS NOT NULL;
CREATE TABLE matter_line (
    matter_id text NOT NULL,
    number integer NOT NULL,
    tenant_id text NOT NULL,
    at timestamptz NOT NULL,
    by_id text,
    part text NOT NULL,
    step jsonb,
    state text NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (matter_id, number)
);
CREATE INDEX matter_line_at ON matter_line (tenant_id, at);
CREATE FUNCTION matter_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the history of a matter is not edited'; END $$;
CREATE TRIGGER matter_line_stays BEFORE UPDATE OR DELETE ON matter_line
    FOR EACH STATEMENT EXECUTE FUNCTION matter_line_stays();
CREATE TABLE matter_climb (
    tenant_id text NOT NULL,
    matter_id text NOT NULL,
    rung_id text NOT NULL,
    round text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (matter_id, rung_id, round)
);
CREATE TABLE notice (
    key text PRIMARY KEY,
    tenant_id text NOT NULL,
    matter_id text NOT NULL,
    user_id text NOT NULL,
    tells text NOT NULL,
    channel text NOT NULL,
    at timestamptz NOT NULL,
    seen_at timestamptz
);
CREATE INDEX notice_unseen ON notice (tenant_id, user_id, at, key) WHERE seen_at IS NULL AND channel = 'desk';
CREATE INDEX notice_of_matter ON notice (matter_id, at);
CREATE TABLE supervision_list (
    tenant_id text NOT NULL REFERENCES tenant,
    list_id text NOT NULL,
    facts jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, list_id)
);
CREATE TABLE supervised (
    tenant_id text NOT NULL,
    list_id text NOT NULL,
    matter_id text NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, list_id, matter_id),
    FOREIGN KEY (tenant_id, list_id) REFERENCES supervision_list
);
CREATE INDEX supervised_matter ON supervised (matter_id);
CREATE TABLE sheet (
    tenant_id text NOT NULL,
    list_id text NOT NULL,
    week_of date NOT NULL,
    cut_off timestamptz NOT NULL,
    reminded_at timestamptz,
    signed_by text,
    signed_at timestamptz,
    frozen jsonb,
    PRIMARY KEY (tenant_id, list_id, week_of),
    FOREIGN KEY (tenant_id, list_id) REFERENCES supervision_list
);
CREATE INDEX sheet_to_remind ON sheet (cut_off) WHERE reminded_at IS NULL AND signed_at IS NULL;
CREATE TABLE sheet_filling (
    tenant_id text NOT NULL,
    list_id text NOT NULL,
    week_of date NOT NULL,
    matter_id text NOT NULL,
    facts jsonb NOT NULL,
    PRIMARY KEY (tenant_id, list_id, week_of, matter_id),
    FOREIGN KEY (tenant_id, list_id, week_of) REFERENCES sheet
);
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(
        "DROP TABLE sheet_filling, sheet, supervised, supervision_list, notice, matter_climb, matter_line, matter, matter_serial, matter_rules, matter_class, unit_member, unit;\n"
        "DROP FUNCTION matter_line_stays;\n"
    )
