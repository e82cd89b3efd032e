"""people: tenants, sites, teams, skills, users, what opens the door for them, agents and the audit log"""

from alembic import op

from banjie.storage.migrate import run

revision, down_revision = "0001", None

_UP = """
CREATE TABLE tenant (
    tenant_id text PRIMARY KEY,
    name jsonb NOT NULL,
    timezone text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE site (
    site_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name jsonb NOT NULL,
    timezone text NOT NULL
);
CREATE TABLE team (
    team_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    site_id text REFERENCES site,
    name jsonb NOT NULL
);
CREATE TABLE skill (
    skill_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name jsonb NOT NULL
);
CREATE TABLE app_user (
    user_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    username text NOT NULL,
    name jsonb NOT NULL,
    roles text[] NOT NULL,
    extension text,
    language text NOT NULL,
    is_active boolean NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX app_user_username ON app_user (tenant_id, lower(username));
CREATE UNIQUE INDEX app_user_extension ON app_user (tenant_id, extension);
CREATE TABLE phone_login (
    user_id text PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
    tenant_id text NOT NULL REFERENCES tenant,
    username text NOT NULL,
    realm text NOT NULL,
    ha1_md5 text NOT NULL,
    ha1_sha256 text NOT NULL,
    UNIQUE (tenant_id, username)
);
CREATE TABLE user_session (
    session_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    user_id text NOT NULL REFERENCES app_user ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    csrf_token text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    source text NOT NULL
);
CREATE INDEX user_session_user ON user_session (user_id);
CREATE INDEX user_session_expiry ON user_session (expires_at);
CREATE TABLE api_key (
    key_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    user_id text NOT NULL REFERENCES app_user,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE TABLE agent (
    agent_id text PRIMARY KEY REFERENCES app_user (user_id) ON DELETE CASCADE,
    tenant_id text NOT NULL REFERENCES tenant,
    team_id text REFERENCES team,
    site_id text REFERENCES site,
    device text NOT NULL DEFAULT 'browser'
);
CREATE TABLE agent_skill (
    agent_id text NOT NULL REFERENCES agent ON DELETE CASCADE,
    skill_id text NOT NULL REFERENCES skill,
    tenant_id text NOT NULL REFERENCES tenant,
    proficiency smallint NOT NULL CHECK (proficiency BETWEEN 1 AND 10),
    PRIMARY KEY (agent_id, skill_id)
);
CREATE TABLE agent_state (
    agent_id text NOT NULL,
    tenant_id text NOT NULL,
    state text NOT NULL,
    reason text,
    call_id text,
    since timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (agent_id, since)
);
CREATE UNIQUE INDEX agent_state_present ON agent_state (agent_id) WHERE until IS NULL;
CREATE INDEX agent_state_tenant ON agent_state (tenant_id, since);
CREATE TABLE audit_log (
    audit_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    user_id text,
    action text NOT NULL,
    subject text NOT NULL,
    facts jsonb NOT NULL,
    source text NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% may not be changed', TG_TABLE_NAME; END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE INDEX audit_log_newest ON audit_log (tenant_id, occurred_at DESC);
"""

_TABLES = "audit_log, agent_state, agent_skill, agent, api_key, user_session, phone_login, app_user, skill, team, site, tenant"


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    op.execute(f"DROP TABLE {_TABLES}")
    op.execute("DROP FUNCTION refuse_change")
