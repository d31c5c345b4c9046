# What the files it replaces do, in one step. They stay for databases that have only some of them.

import fellestorg.kernel.migrating
import pgtrigger.compiler
import uuid
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models


DIGEST = """
CREATE FUNCTION fellestorg_row_digest(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
-- Empty columns are left out, so that a column added later does not change the digest of an older row.
RETURN encode(sha256(convert_to((
    SELECT coalesce(jsonb_object_agg(key, value), '{}'::jsonb) FROM jsonb_each(content) WHERE value <> 'null'::jsonb
)::text, 'UTF8')), 'hex');
"""

CLOCK = """
CREATE FUNCTION fellestorg_now() RETURNS timestamptz LANGUAGE sql VOLATILE
-- An installation not yet made has no row, and no offset.
RETURN clock_timestamp() + coalesce((SELECT clock_offset FROM kernel_installation WHERE id = 1), interval '0');
"""

# Every transaction that notifies takes one lock for the whole database until it is on disk, so commits that enqueue a
# job would wait for each other, whatever lot they belong to. Workers ask for jobs twice a second instead.
TRIGGER = "procrastinate_jobs_notify_queue_job_inserted_v1"


class Migration(migrations.Migration):

    replaces = [
        ('kernel', '0001_initial'),
        ('kernel', '0002_commits_do_not_notify'),
        ('kernel', '0003_mail_refused_and_sealed'),
        ('kernel', '0004_mail_that_stops'),
    ]

    initial = True

    dependencies = [
        ('procrastinate', '0041_post_retry_failed_job'),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(DIGEST, "DROP FUNCTION fellestorg_row_digest(jsonb)"),
        fellestorg.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='DecisionRecord',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=40)),
                        ('engine', models.CharField(help_text='name and version of the engine that decided', max_length=40)),
                        ('made_at', models.DateTimeField()),
                        ('actor', models.CharField(max_length=80)),
                        ('outcome', models.CharField(max_length=40)),
                        ('reason', models.CharField(max_length=80)),
                        ('facts', models.JSONField()),
                        ('answer', models.JSONField()),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29d3b512906b0127e1f01f06b81dc374e9061c4b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4d7ea', table='kernel_decisionrecord', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='83fca0b49303cbbe93d36b1a32f98db90fa14751', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_47789', table='kernel_decisionrecord', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('stream', models.CharField(max_length=120)),
                        ('seq', models.BigIntegerField()),
                        ('at', models.DateTimeField()),
                        ('actor', models.CharField(max_length=80)),
                        ('actor_name', models.CharField(max_length=200)),
                        ('verb', models.CharField(max_length=80)),
                        ('subject', models.CharField(max_length=120)),
                        ('payload', models.JSONField()),
                        ('covers', models.JSONField(help_text='[table, primary key, digest] of each protected row written with this event')),
                        ('prev_hash', models.CharField(max_length=64)),
                        ('hash', models.CharField(max_length=64)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject', 'id'], name='event_by_subject'), models.Index(fields=['-at', '-id'], name='event_by_time')],
                        'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='event_once_in_stream')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d5a90d2a7b38a5edd1d961784e6680dd9d5e1c12', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_12968', table='kernel_event', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='4088c1695b405c912625cffc74f8c7de4495ad4a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_c718c', table='kernel_event', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='EventStream',
                    fields=[
                        ('key', models.CharField(max_length=120, primary_key=True, serialize=False)),
                        ('head_seq', models.BigIntegerField(default=0)),
                        ('head_hash', models.CharField(default='', max_length=64)),
                        ('sealed_seq', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('head_seq', models.F('sealed_seq')), _negated=True), fields=['key'], name='stream_unsealed')],
                    },
                ),
                migrations.CreateModel(
                    name='Installation',
                    fields=[
                        ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('demo', 'Demo'), ('real', 'Real')], max_length=8)),
                        ('clock_offset', models.DurationField()),
                        ('clock_started', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='installation_is_one_row'), models.CheckConstraint(condition=models.Q(('kind', 'demo'), ('clock_offset', '0'), _connector='OR'), name='only_the_demo_moves_the_clock')],
                    },
                ),
                migrations.CreateModel(
                    name='Mail',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('recipient', models.CharField(max_length=254)),
                        ('language', models.CharField(max_length=2)),
                        ('subject', models.CharField(max_length=300)),
                        ('body', models.TextField()),
                        ('created_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('given_up_at', models.DateTimeField(null=True)),
                        ('sealed_link', models.TextField(blank=True, db_default='', default='', help_text='a link that only the reader may see, encrypted until sent')),
                        ('tries', models.PositiveSmallIntegerField(db_default=0, default=0, help_text='how often its address was refused')),
                        ('trouble', models.CharField(blank=True, db_default='', default='', help_text='why it is not sent', max_length=300)),
                        ('kept', models.BooleanField(db_default=True, default=True, help_text="false: deleted when sent, for its address is nobody's that we know")),
                        ('stop_link', models.CharField(blank=True, db_default='', default='', help_text='where one click stops such mails', max_length=300)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('sent_at', None)), fields=['created_at'], name='mail_unsent')],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('recipient', models.CharField(help_text='the key of the person it is for', max_length=80)),
                        ('code', models.CharField(max_length=80)),
                        ('params', models.JSONField()),
                        ('link', models.CharField(blank=True, max_length=300)),
                        ('created_at', models.DateTimeField()),
                        ('read_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['recipient', '-created_at'], name='message_by_recipient')],
                    },
                ),
                migrations.CreateModel(
                    name='RootSeal',
                    fields=[
                        ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('heads', models.JSONField(help_text='{stream: [seq, hash]}')),
                        ('prev_hash', models.CharField(max_length=64)),
                        ('hash', models.CharField(max_length=64)),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5f63673922985eb1912b4dc917834d69e8d3e9d5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_642b3', table='kernel_rootseal', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='2eacefecb39ed5d529db36cbcf8eb8aa738118ff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_6573e', table='kernel_rootseal', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='StoredFile',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('subject', models.CharField(db_index=True, max_length=120)),
                        ('kind', models.CharField(max_length=40)),
                        ('name', models.CharField(max_length=200)),
                        ('media_type', models.CharField(max_length=100)),
                        ('sha256', models.CharField(max_length=64)),
                        ('content', models.BinaryField()),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('subject', 'kind', 'name'), name='file_once_per_subject')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9ab9ce1948e355d6155e7d1f5764f264aab2cd49', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f1586', table='kernel_storedfile', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='e23e117d0e098249676241ec3565b1f86db6ac1c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_06644', table='kernel_storedfile', when='BEFORE'))],
                    },
                ),
            ],
        ),
        migrations.RunSQL(CLOCK, "DROP FUNCTION fellestorg_now()"),
        migrations.RunSQL(
            f"ALTER TABLE procrastinate_jobs DISABLE TRIGGER {TRIGGER}",
            f"ALTER TABLE procrastinate_jobs ENABLE TRIGGER {TRIGGER}",
        ),
    ]
