# What the files it replaces do, in one step. They stay for databases that have only some of them.

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import fellestorg.kernel.migrating
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('marketplace', '0001_initial'),
        ('marketplace', '0002_firms_are_organisations'),
        ('marketplace', '0003_guidance'),
        ('marketplace', '0004_listings'),
        ('marketplace', '0005_firm_registration'),
        ('marketplace', '0006_firm_members_roles'),
        ('marketplace', '0007_search'),
        ('marketplace', '0008_moderation'),
    ]

    initial = True

    dependencies = [
        ('kernel', '0001_squashed_0003_mail_refused_and_sealed'),
        ('organisations', '0001_squashed_0008_keys_for_listings'),
    ]

    operations = [
        fellestorg.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Firm',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(help_text='as the firm wants to be shown', max_length=200)),
                        ('state', models.CharField(choices=[('pending', 'Pending'), ('verified', 'Verified'), ('refused', 'Refused'), ('taken_down', 'Taken Down'), ('withdrawn', 'Withdrawn')], default='pending', max_length=12)),
                        ('registered_at', models.DateTimeField()),
                        ('verified_at', models.DateTimeField(null=True)),
                        ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='firm', to='organisations.organisation')),
                        ('email', models.EmailField(blank=True, help_text="the firm's address for enquiries, not a person's", max_length=254)),
                        ('website', models.URLField(blank=True, max_length=300)),
                    ],
                    options={
                        'ordering': ['name', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'verified'), _negated=True), ('verified_at__isnull', False), _connector='OR'), name='firm_verified_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='FirmMember',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('role', models.CharField(choices=[('administrator', 'Administrator'), ('editor', 'Editor'), ('reader', 'Reader')], max_length=14)),
                        ('started_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='marketplace.firm')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='firm_memberships', to='organisations.person')),
                        ('grant', models.ForeignKey(help_text="the supplier's role that came with the firm", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='organisations.rolegrant')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('firm', 'person'), name='member_of_a_firm_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Article',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('slug', models.SlugField(max_length=80, unique=True)),
                        ('kind', models.CharField(choices=[('article', 'Article'), ('guide', 'Guide')], max_length=8)),
                        ('door', models.CharField(help_text="one of the marketplace's four doors", max_length=12)),
                        ('order', models.PositiveSmallIntegerField(default=100)),
                        ('created_at', models.DateTimeField()),
                        ('review_on', models.DateField(help_text='when it is to be read through, changed or not')),
                        ('review_told_for', models.DateField(help_text='the review day that its editor has been told of', null=True)),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('editor', models.ForeignKey(help_text='who looks after it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['door', 'order', 'slug'],
                    },
                ),
                migrations.CreateModel(
                    name='ArticleDraft',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('texts', models.JSONField()),
                        ('links', models.JSONField()),
                        ('sources', models.JSONField()),
                        ('change', models.JSONField()),
                        ('authors', models.JSONField()),
                        ('written_by_key', models.CharField(max_length=80)),
                        ('written_by', models.CharField(max_length=200)),
                        ('written_at', models.DateTimeField()),
                        ('submitted_at', models.DateTimeField(help_text='when it was sent to a second person', null=True)),
                        ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='marketplace.article')),
                    ],
                ),
                migrations.CreateModel(
                    name='ExpertQuestion',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('language', models.CharField(max_length=2)),
                        ('title', models.CharField(max_length=140)),
                        ('body', models.TextField()),
                        ('category', models.CharField(blank=True, max_length=60)),
                        ('asked_at', models.DateTimeField()),
                        ('state', models.CharField(choices=[('received', 'Received'), ('answered', 'Answered'), ('published', 'Published'), ('closed', 'Closed')], default='received', max_length=10)),
                        ('public', models.JSONField(default=dict)),
                        ('related', models.JSONField(default=list, help_text='slugs of articles')),
                        ('answered_by_key', models.CharField(blank=True, max_length=80)),
                        ('answered_by', models.CharField(blank=True, max_length=200)),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('published_by_key', models.CharField(blank=True, max_length=80)),
                        ('published_by', models.CharField(blank=True, max_length=200)),
                        ('published_at', models.DateTimeField(null=True)),
                        ('closed_reason', models.CharField(blank=True, max_length=500)),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['-asked_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('published_at__isnull', False), models.Q(('published_by_key', ''), _negated=True), models.Q(('published_by_key', models.F('answered_by_key')), _negated=True)), _connector='OR'), name='answer_published_by_another'), models.CheckConstraint(condition=models.Q(('state__in', ['received', 'closed']), ('answered_at__isnull', False), _connector='OR'), name='answered_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Feedback',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('voter', models.CharField(max_length=64)),
                        ('helped', models.BooleanField()),
                        ('comment', models.CharField(blank=True, max_length=500)),
                        ('version', models.PositiveIntegerField()),
                        ('language', models.CharField(max_length=2)),
                        ('given_at', models.DateTimeField()),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='marketplace.article')),
                    ],
                    options={
                        'ordering': ['-given_at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('article', 'voter'), name='feedback_once_a_reader')],
                    },
                ),
                migrations.CreateModel(
                    name='Wish',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('language', models.CharField(max_length=2)),
                        ('title', models.CharField(max_length=140)),
                        ('body', models.TextField(blank=True)),
                        ('wished_at', models.DateTimeField()),
                        ('state', models.CharField(choices=[('received', 'Received'), ('considered', 'Considered'), ('planned', 'Planned'), ('done', 'Done'), ('declined', 'Declined')], default='received', max_length=10)),
                        ('reason', models.JSONField(default=dict)),
                        ('state_at', models.DateTimeField()),
                        ('hidden_at', models.DateTimeField(help_text='taken off the list by SI', null=True)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('wished_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['-wished_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), ('reason__has_key', 'nb'), _connector='OR'), name='wish_declined_with_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='WishVote',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('given_at', models.DateTimeField()),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('wish', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='marketplace.wish')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('wish', 'person'), name='one_vote_for_a_wish')],
                    },
                ),
                migrations.CreateModel(
                    name='ArticleVersion',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('number', models.PositiveIntegerField()),
                        ('texts', models.JSONField()),
                        ('links', models.JSONField()),
                        ('sources', models.JSONField()),
                        ('change', models.JSONField()),
                        ('written_by_key', models.CharField(max_length=80)),
                        ('written_by', models.CharField(max_length=200)),
                        ('published_by_key', models.CharField(max_length=80)),
                        ('published_by', models.CharField(max_length=200)),
                        ('published_at', models.DateTimeField()),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='marketplace.article')),
                    ],
                    options={
                        'ordering': ['article', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('article', 'number'), name='article_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('published_by_key', models.F('written_by_key')), _negated=True), ('written_by_key', 'system'), _connector='OR'), name='article_published_by_another')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='285e8adf2c8d3dee85224660a6fc21c3bd74ac78', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ca5ed', table='marketplace_articleversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='9540c3caaf754aeadf936ef1dc9180d19ec89c46', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2dcc3', table='marketplace_articleversion', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='Listing',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(help_text='in the address of its page; never used again', max_length=80, unique=True)),
                        ('category', models.CharField(help_text='a category of questions.toml that has questions of its own', max_length=40)),
                        ('state', models.CharField(choices=[('unpublished', 'Unpublished'), ('published', 'Published'), ('removed', 'Removed'), ('ended', 'Ended')], default='unpublished', max_length=12)),
                        ('created_at', models.DateTimeField()),
                        ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='marketplace.firm')),
                    ],
                    options={
                        'ordering': ['firm', 'key'],
                        'indexes': [models.Index(condition=models.Q(('state', 'published')), fields=['category'], name='listing_by_category')],
                    },
                ),
                migrations.CreateModel(
                    name='ListingFile',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('name', models.CharField(help_text='as the firm named it', max_length=200)),
                        ('bytes', models.PositiveIntegerField()),
                        ('added_at', models.DateTimeField()),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='marketplace.listing')),
                        ('stored', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.storedfile')),
                    ],
                    options={
                        'ordering': ['added_at', 'name'],
                    },
                ),
                migrations.CreateModel(
                    name='ListingVersion',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('number', models.PositiveIntegerField()),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('published', 'Published'), ('replaced', 'Replaced'), ('refused', 'Refused'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended')], default='draft', max_length=12)),
                        ('source', models.CharField(choices=[('form', 'Form'), ('import', 'Import'), ('api', 'Api'), ('correction', 'Correction')], default='form', max_length=12)),
                        ('main_language', models.CharField(default='nb', max_length=2)),
                        ('texts', models.JSONField(default=dict)),
                        ('answers', models.JSONField(default=dict)),
                        ('prices', models.JSONField(default=list)),
                        ('sha256', models.CharField(blank=True, help_text='of the content, from submission on', max_length=64)),
                        ('made_at', models.DateTimeField()),
                        ('saved_at', models.DateTimeField()),
                        ('submitted_at', models.DateTimeField(null=True)),
                        ('published_at', models.DateTimeField(null=True)),
                        ('closed_at', models.DateTimeField(help_text='when it was replaced, refused, removed, withdrawn or ended', null=True)),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='marketplace.listing')),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['listing', '-number'],
                        'indexes': [models.Index(condition=models.Q(('state', 'submitted')), fields=['submitted_at'], name='listing_version_waiting')],
                        'constraints': [models.UniqueConstraint(fields=('listing', 'number'), name='listing_version_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted'])), fields=('listing',), name='one_listing_version_under_way'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('listing',), name='one_listing_version_public'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='listing_version_is_fixed_when_submitted'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'replaced', 'removed', 'ended']), _negated=True), ('published_at__isnull', False), _connector='OR'), name='listing_version_published_at_a_time')],
                        'triggers': [pgtrigger.compiler.Trigger(name='submitted_content_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."state" = \'draft\') AND (OLD."texts" IS DISTINCT FROM (NEW."texts") OR OLD."answers" IS DISTINCT FROM (NEW."answers") OR OLD."prices" IS DISTINCT FROM (NEW."prices") OR OLD."main_language" IS DISTINCT FROM (NEW."main_language") OR OLD."listing_id" IS DISTINCT FROM (NEW."listing_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b9974a4c45159f9d6e21a90e7ba372c482f98e67', operation='UPDATE', pgid='pgtrigger_submitted_content_stands_6fb4b', table='marketplace_listingversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='listing_version_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='5e564512d460609e4d6963cef474a60a018b7bcd', operation='DELETE', pgid='pgtrigger_listing_version_is_kept_6c703', table='marketplace_listingversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='listing_version_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:submitted,draft:withdrawn,submitted:withdrawn,submitted:published,submitted:refused,published:replaced,published:removed,published:ended}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='083e7bbdd5fa0ce518a67579d9d2fb37ed85590d', operation='UPDATE', pgid='pgtrigger_listing_version_moves_6f3f4', table='marketplace_listingversion', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='ListingStep',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('published', 'Published'), ('replaced', 'Replaced'), ('refused', 'Refused'), ('removed', 'Removed'), ('withdrawn', 'Withdrawn'), ('ended', 'Ended')], max_length=12)),
                        ('at', models.DateTimeField()),
                        ('by', models.CharField(help_text='the key of who did it, as in the event log', max_length=80)),
                        ('ruling', models.CharField(blank=True, max_length=80)),
                        ('reason', models.TextField(blank=True)),
                        ('sha256', models.CharField(help_text="of the version's content at the time", max_length=64)),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='marketplace.listingversion')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a9ddc005df6979304eb97a9869a4000f41e973f0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_def70', table='marketplace_listingstep', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='a05bc88f7cb97a607db710692b10863c782b84dc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_8519a', table='marketplace_listingstep', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='FirmInvitation',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('email', models.EmailField(blank=True, help_text='empty once it is no longer needed', max_length=254)),
                        ('role', models.CharField(choices=[('administrator', 'Administrator'), ('editor', 'Editor'), ('reader', 'Reader')], max_length=14)),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('made_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(help_text='accepted or taken back', null=True)),
                        ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='marketplace.firm')),
                        ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['-made_at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='FirmStep',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('verb', models.CharField(max_length=20)),
                        ('reason', models.CharField(blank=True, help_text='a code of firms/reasons.toml', max_length=40)),
                        ('text', models.TextField(blank=True)),
                        ('by', models.CharField(help_text="the office that decided, or the firm's own person", max_length=200)),
                        ('at', models.DateTimeField()),
                        ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='marketplace.firm')),
                    ],
                    options={
                        'ordering': ['at', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='Registration',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('right', models.CharField(choices=[('role', 'Role'), ('signature', 'Signature'), ('power_of_attorney', 'Power Of Attorney')], max_length=20)),
                        ('registry_address', models.URLField(blank=True, help_text='where a foreign register shows the firm', max_length=300)),
                        ('registry', models.JSONField(default=dict, help_text='what the register said: unit, source, as_of; empty: not asked')),
                        ('warnings', models.JSONField(default=list, help_text='codes; their words are in firms/words.py')),
                        ('made_at', models.DateTimeField()),
                        ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='marketplace.firm')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['-made_at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='FirmFile',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('power_of_attorney', 'Power Of Attorney'), ('register_extract', 'Register Extract')], max_length=20)),
                        ('name', models.CharField(max_length=120)),
                        ('media_type', models.CharField(max_length=60)),
                        ('sha256', models.CharField(max_length=64)),
                        ('content', models.BinaryField(null=True)),
                        ('added_at', models.DateTimeField()),
                        ('erased_at', models.DateTimeField(null=True)),
                        ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='marketplace.firm')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', True), ('erased_at__isnull', False)), models.Q(('content__isnull', False), ('erased_at__isnull', True)), _connector='OR'), name='firm_file_is_there_until_erased')],
                    },
                ),
                migrations.CreateModel(
                    name='JoinRequest',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('text', models.TextField(blank=True)),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('accepted', 'Accepted'), ('refused', 'Refused')], default='waiting', max_length=10)),
                        ('made_at', models.DateTimeField()),
                        ('decided_by', models.CharField(blank=True, max_length=200)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='join_requests', to='organisations.organisation')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='join_requests', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['made_at', 'id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('organisation', 'person'), name='join_request_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='TermsAcceptance',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('version', models.CharField(max_length=20)),
                        ('language', models.CharField(help_text='the language it was read in', max_length=2)),
                        ('sha256', models.CharField(help_text='of the text that was shown', max_length=64)),
                        ('accepted_at', models.DateTimeField()),
                        ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='marketplace.firm')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['-accepted_at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('firm', 'person', 'version'), name='terms_accepted_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedSearch',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=120)),
                        ('query', models.CharField(help_text="the address' parameters, as on the page", max_length=1000)),
                        ('alerts', models.BooleanField(default=True)),
                        ('saved_at', models.DateTimeField()),
                        ('told_until', models.DateTimeField(help_text='what search knew by then has been told of')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['name', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('person', 'query'), name='search_saved_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SearchEntry',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(help_text='a registered kind, e.g. service or article', max_length=20)),
                        ('key', models.CharField(help_text="the thing's own key within its kind", max_length=120)),
                        ('audience', models.CharField(help_text='all, or public and buyers where they see different texts', max_length=8)),
                        ('titles', models.JSONField(help_text='by language; at least one')),
                        ('leads', models.JSONField(default=dict)),
                        ('title', models.TextField(help_text="every language's, for the vector")),
                        ('lead', models.TextField(blank=True)),
                        ('text', models.TextField(blank=True)),
                        ('address', models.CharField(max_length=300)),
                        ('facets', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                        ('shown_until', models.DateTimeField(help_text='where it stops being of use by itself, as a deadline does', null=True)),
                        ('at', models.DateTimeField(help_text='when the thing was made public or last changed')),
                        ('first_seen_at', models.DateTimeField(help_text='when search first knew it; alerts go by this')),
                        ('name', models.CharField(help_text='the title it is put in order by, the same for every reader', max_length=300)),
                        ('sort_name', models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Lower(models.F('name')), models.Value('æøåäö'), models.Value('{|}{|'), function='translate'), output_field=models.CharField(db_collation='C', max_length=300))),
                        ('title_search', models.GeneratedField(db_persist=True, expression=models.Func(models.Case(models.When(django.db.models.lookups.Regex(models.Func(models.F('title'), arg_joiner=" || ' ' || ", template='(%(expressions)s)'), models.Value('[-/._@:+~&<>§–—‘’“”«»®™©°×·…•\xa0]')), then=models.Func(models.Func(models.F('title'), arg_joiner=" || ' ' || ", template='(%(expressions)s)'), models.Value('/.-_@:+~&<>§–—‘’“”«»®™©°×·…•\xa0'), models.Value('                             '), function='translate', output_field=models.TextField())), default=models.Func(models.F('title'), arg_joiner=" || ' ' || ", template='(%(expressions)s)'), output_field=models.TextField()), output_field=django.contrib.postgres.search.SearchVectorField(), template="to_tsvector('pg_catalog.simple', %(expressions)s)"), output_field=django.contrib.postgres.search.SearchVectorField())),
                        ('search', models.GeneratedField(db_persist=True, expression=models.Func(models.Func(models.Case(models.When(django.db.models.lookups.Regex(models.Func(models.F('title'), models.F('lead'), models.F('text'), arg_joiner=" || ' ' || ", template='(%(expressions)s)'), models.Value('[-/._@:+~&<>§–—‘’“”«»®™©°×·…•\xa0]')), then=models.Func(models.Func(models.F('title'), models.F('lead'), models.F('text'), arg_joiner=" || ' ' || ", template='(%(expressions)s)'), models.Value('/.-_@:+~&<>§–—‘’“”«»®™©°×·…•\xa0'), models.Value('                             '), function='translate', output_field=models.TextField())), default=models.Func(models.F('title'), models.F('lead'), models.F('text'), arg_joiner=" || ' ' || ", template='(%(expressions)s)'), output_field=models.TextField()), output_field=django.contrib.postgres.search.SearchVectorField(), template="to_tsvector('pg_catalog.simple', %(expressions)s)"), models.Func(models.F('facets'), function='array_to_tsvector'), arg_joiner=' || ', template='(%(expressions)s)'), output_field=django.contrib.postgres.search.SearchVectorField())),
                    ],
                    options={
                        'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['search'], name='search_entry_words'), models.Index(fields=['first_seen_at'], name='search_entry_by_time')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'key', 'audience'), name='search_entry_once'), models.CheckConstraint(condition=models.Q(('audience__in', ['all', 'public', 'buyers'])), name='search_entry_audience_is_known')],
                        'triggers': [pgtrigger.compiler.Trigger(name='words_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO catalogues_word (word)\nSELECT one.word FROM (SELECT DISTINCT unnest(tsvector_to_array(added.search)) AS word FROM added) one\nWHERE one.word !~ '[0-9§]' AND length(one.word) BETWEEN 2 AND 100\n  AND NOT EXISTS (SELECT 1 FROM catalogues_word known WHERE known.word = one.word);\nRETURN NULL;\n", hash='8f10e488d51e14b463539d74f230a83fb62920f9', level='STATEMENT', operation='INSERT', pgid='pgtrigger_words_added_d05c4', referencing='REFERENCING NEW TABLE AS added ', table='marketplace_searchentry', when='AFTER')), pgtrigger.compiler.Trigger(name='words_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO catalogues_word (word)\nSELECT one.word FROM (SELECT DISTINCT unnest(tsvector_to_array(added.search)) AS word FROM added JOIN removed ON removed.id = added.id AND removed.search <> added.search) one\nWHERE one.word !~ '[0-9§]' AND length(one.word) BETWEEN 2 AND 100\n  AND NOT EXISTS (SELECT 1 FROM catalogues_word known WHERE known.word = one.word);\nRETURN NULL;\n", hash='c7abb9b6f0d43736c697704e7864f8743d0e63bf', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_words_changed_f1af0', referencing='REFERENCING OLD TABLE AS removed  NEW TABLE AS added ', table='marketplace_searchentry', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='ModerationCase',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('publication', 'Publication'), ('removal', 'Removal')], max_length=12)),
                        ('state', models.CharField(choices=[('open', 'Open'), ('hearing', 'Hearing'), ('recommended', 'Recommended'), ('closed', 'Closed')], default='open', max_length=12)),
                        ('opened_at', models.DateTimeField()),
                        ('outcome', models.CharField(blank=True, help_text='publish, refuse, remove or keep: recommended or decided', max_length=12)),
                        ('reason', models.CharField(blank=True, help_text='a code of reasons.toml', max_length=40)),
                        ('text', models.TextField(blank=True, help_text="the reason in the handler's words; the firm and the public read it")),
                        ('answer_by', models.DateTimeField(help_text='until when the firm may be heard', null=True)),
                        ('answer', models.TextField(blank=True, help_text='what the firm said')),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('first', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='marketplace.listingversion')),
                    ],
                    options={
                        'ordering': ['opened_at', 'id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('version', 'kind'), name='one_open_moderation_case'), models.CheckConstraint(condition=models.Q(('second', None), models.Q(('first__isnull', False), models.Q(('second', models.F('first')), _negated=True)), _connector='OR'), name='moderation_decided_by_two'), models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['refuse', 'remove']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='moderation_refusal_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('closed_at__isnull', False), ('first__isnull', False)), _connector='OR'), name='moderation_closed_by_somebody')],
                    },
                ),
                migrations.CreateModel(
                    name='ModerationStep',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('verb', models.CharField(max_length=20)),
                        ('at', models.DateTimeField()),
                        ('outcome', models.CharField(blank=True, max_length=12)),
                        ('reason', models.CharField(blank=True, max_length=40)),
                        ('text', models.TextField(blank=True)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='marketplace.moderationcase')),
                    ],
                    options={
                        'ordering': ['id'],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='497f80e27157b5788a021b4a08dba67a8af4120c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b7051', table='marketplace_moderationstep', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='1a2d8f6157e30f6429bdc34f30ffb09f130f68f6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_625b9', table='marketplace_moderationstep', when='BEFORE'))],
                    },
                ),
            ],
        ),
    ]
