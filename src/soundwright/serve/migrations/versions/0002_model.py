"""Which model a job wants loaded, so that a worker that has it can take it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("serve_jobs", sa.Column("model", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("serve_jobs", "model")
