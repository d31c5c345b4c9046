# What the files it replaces do, in one step. They stay for databases that have only some of them.

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.text
import fellestorg.kernel.migrating
import fellestorg.kernel.sql
import fellestorg.organisations.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('organisations', '0001_initial'),
        ('organisations', '0002_accounts'),
        ('organisations', '0003_insolvency'),
        ('organisations', '0004_project_lead'),
        ('organisations', '0005_api_tokens'),
        ('organisations', '0006_numbers_of_other_countries'),
        ('organisations', '0007_registry_and_own_accounts'),
        ('organisations', '0008_keys_for_listings'),
    ]

    initial = True

    dependencies = [
        ('kernel', '0001_initial'),
    ]

    operations = [
        fellestorg.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Organisation',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('number', models.CharField(help_text="nine digits, or the country and its register's number as DE-HRB12345", max_length=40, unique=True, validators=[fellestorg.organisations.rules.check_number])),
                        ('name', models.CharField(max_length=200)),
                        ('name_nn', models.CharField(blank=True, max_length=200)),
                        ('name_en', models.CharField(blank=True, max_length=200)),
                        ('sort_name', models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Lower(models.F('name')), models.Value('æøåäö'), models.Value('{|}{|'), function='translate'), output_field=models.CharField(db_collation='C', max_length=300))),
                        ('kind', models.CharField(choices=[('agency', 'Agency'), ('municipality', 'Municipality'), ('county', 'County'), ('supplier', 'Supplier')], max_length=16)),
                        ('ministry', models.CharField(blank=True, max_length=120)),
                        ('region', models.CharField(blank=True, help_text='NUTS 3 code, e.g. NO081', max_length=5)),
                        ('employees', models.PositiveIntegerField(null=True)),
                        ('language_form', models.CharField(choices=[('nb', 'Bokmaal'), ('nn', 'Nynorsk')], default='nb', max_length=2)),
                        ('email', models.EmailField(blank=True, max_length=254)),
                        ('address', models.CharField(blank=True, max_length=300)),
                        ('fictional', models.BooleanField(default=False, help_text='invented for the demo; its number is invented too')),
                        ('country', models.CharField(default='NO', help_text='ISO 3166-1', max_length=2)),
                        ('listed', models.BooleanField(default=True, help_text='in the public directory; not before a firm is verified')),
                    ],
                    options={
                        'ordering': ['sort_name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('country', 'NO'), ('number__regex', '^[0-9]{9}$')), models.Q(models.Q(('country', 'NO'), _negated=True), ('country', django.db.models.functions.text.Left('number', 2)), ('kind', 'supplier'), ('number__regex', '^[A-Z]{2}(-[A-Z0-9]+)+$')), _connector='OR'), name='number_of_its_country')],
                    },
                ),
                migrations.CreateModel(
                    name='Person',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('username', models.CharField(max_length=60, unique=True)),
                        ('name', models.CharField(max_length=200)),
                        ('email', models.EmailField(max_length=254)),
                        ('language', models.CharField(default='nb', max_length=2)),
                        ('active', models.BooleanField(default=True)),
                    ],
                    options={
                        'ordering': ['username'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='username_once_whatever_the_case')],
                    },
                ),
                migrations.CreateModel(
                    name='RoleGrant',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('role', models.CharField(choices=[('buyer', 'Buyer'), ('approver', 'Approver'), ('local_agreement_manager', 'Local Agreement Manager'), ('agreement_manager', 'Agreement Manager'), ('si_admin', 'Si Admin'), ('supplier', 'Supplier'), ('auditor', 'Auditor'), ('project_lead', 'Project Lead')], max_length=32)),
                        ('budget_limit', models.DecimalField(decimal_places=2, help_text='kroner without VAT; empty: no limit of its own', max_digits=18, null=True)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('deputy_for', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to='organisations.person')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='organisations.organisation')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='organisations.person')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='grant_ends_after_it_starts'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('organisation', '='), ('role', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='role_held_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Account',
                    fields=[
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='account', serialize=False, to='organisations.person')),
                        ('password', models.CharField(help_text='argon2', max_length=200)),
                        ('code_key', models.TextField(help_text="the code app's key (TOTP), encrypted")),
                        ('code_step', models.BigIntegerField(default=0, help_text='the last 30 seconds whose code was used: each counts once')),
                        ('epoch', models.PositiveIntegerField(default=1)),
                        ('made_at', models.DateTimeField()),
                        ('password_at', models.DateTimeField(help_text='when the password was chosen')),
                    ],
                ),
                migrations.CreateModel(
                    name='SignInTries',
                    fields=[
                        ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('tries', models.PositiveSmallIntegerField()),
                        ('since', models.DateTimeField()),
                        ('locked_until', models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='OneTimeLink',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('digest', models.CharField(help_text='SHA-256 of what stands in the link', max_length=64, unique=True)),
                        ('purpose', models.CharField(choices=[('first', 'First Administrator'), ('invitation', 'Invitation'), ('password', 'Password')], max_length=12)),
                        ('made_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('used_at', models.DateTimeField(null=True)),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='organisations.person')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'first'), ('person', None)), models.Q(models.Q(('purpose', 'first'), _negated=True), models.Q(('person', None), _negated=True)), _connector='OR'), name='only_the_first_link_is_nobodys')],
                    },
                ),
                migrations.CreateModel(
                    name='RecoveryCode',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('digest', models.CharField(max_length=64)),
                        ('used_at', models.DateTimeField(null=True)),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='organisations.account')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('account', 'digest'), name='recovery_code_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Insolvency',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('since', models.DateField(help_text="the day of the court's decision")),
                        ('source', models.CharField(help_text='where it is announced', max_length=300)),
                        ('recorded_by', models.CharField(max_length=200)),
                        ('recorded_at', models.DateTimeField()),
                        ('withdrawn_by', models.CharField(blank=True, max_length=200)),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('withdrawn_reason', models.TextField(blank=True)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='insolvencies', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['-recorded_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('organisation',), name='insolvent_once_at_a_time'), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='insolvency_withdrawn_with_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='ApiToken',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('scope', models.CharField(choices=[('flight_offers', 'Flight Offers'), ('listings', 'Listings')], max_length=20)),
                        ('used_by', models.CharField(help_text="whose system it is for, such as the travel agency's", max_length=120)),
                        ('name', models.CharField(help_text='the open part of the key, by which it is known', max_length=12, unique=True)),
                        ('digest', models.CharField(help_text='SHA-256 of the whole key', max_length=64, unique=True)),
                        ('made_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('last_used_at', models.DateTimeField(null=True)),
                        ('revoked_at', models.DateTimeField(null=True)),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to='organisations.person')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to='organisations.organisation')),
                        ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['-made_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='api_token_expires_after_it_is_made'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='api_token_revoked_by_somebody')],
                    },
                ),
                migrations.CreateModel(
                    name='AccountRequest',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('digest', models.CharField(help_text='SHA-256 of what stands in the link', max_length=64, unique=True)),
                        ('email', models.EmailField(max_length=254)),
                        ('language', models.CharField(max_length=2)),
                        ('onward', models.CharField(help_text='the page she came from', max_length=300)),
                        ('made_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('used_at', models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='RegisteredUnit',
                    fields=[
                        ('number', models.CharField(max_length=9, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=300)),
                        ('facts', models.JSONField(help_text='organisations/registry/units.py: Unit')),
                        ('source', models.CharField(choices=[('api', 'Api'), ('file', 'File')], max_length=4)),
                        ('as_of', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='RegistryFeed',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ('last_id', models.BigIntegerField(default=0)),
                        ('asked_at', models.DateTimeField(null=True)),
                        ('trouble', models.CharField(blank=True, help_text='why the last question failed; empty: it did not', max_length=300)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_registry_feed')],
                    },
                ),
                migrations.CreateModel(
                    name='RegistryChange',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('bankruptcy', 'Bankruptcy'), ('dissolution', 'Dissolution'), ('compulsory', 'Compulsory'), ('name', 'Name'), ('deletion', 'Deletion')], max_length=12)),
                        ('on', models.DateField(help_text="the register's day for it, else the day it was heard")),
                        ('before', models.CharField(blank=True, max_length=300)),
                        ('after', models.CharField(blank=True, max_length=300)),
                        ('update_id', models.BigIntegerField(help_text="in the register's feed of changes", null=True)),
                        ('noted_at', models.DateTimeField()),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registry_changes', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['-noted_at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'kind', 'on', 'after'), name='registry_change_told_once')],
                    },
                ),
            ],
        ),
    ]
