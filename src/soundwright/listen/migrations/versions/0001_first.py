"""Tests, raters, ratings, and the trials that are done."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "listen_tests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
    )
    op.create_table(
        "listen_raters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("test_id", sa.Integer, sa.ForeignKey("listen_tests.id"), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("invited_at", sa.Text, nullable=False),
    )
    op.create_table(
        "listen_ratings",
        sa.Column("rater_id", sa.Integer, sa.ForeignKey("listen_raters.id"), primary_key=True),
        sa.Column("trial", sa.Text, primary_key=True),
        sa.Column("condition", sa.Text, primary_key=True),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("rated_at", sa.Text, nullable=False),
    )
    op.create_table(
        "listen_done",
        sa.Column("rater_id", sa.Integer, sa.ForeignKey("listen_raters.id"), primary_key=True),
        sa.Column("trial", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("elapsed_ms", sa.Integer, nullable=False),
        sa.Column("plays", sa.Text, nullable=False),
        sa.Column("done_at", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for name in ("listen_done", "listen_ratings", "listen_raters", "listen_tests"):
        op.drop_table(name)
