# What the files it replaces do, in one step. They stay for databases that have only some of them.

import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import fellestorg.kernel.migrating
import fellestorg.kernel.sql
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('agreements', '0001_initial'),
        ('agreements', '0002_options_office_and_corrections'),
        ('agreements', '0003_predecessors_and_own_contracts'),
        ('agreements', '0004_facts_elsewhere_and_documents'),
        ('agreements', '0005_option_answers_and_clauses'),
        ('agreements', '0006_halts_and_instruments'),
        ('agreements', '0007_quotas_and_admissions'),
        ('agreements', '0008_getting_started'),
        ('agreements', '0009_options_and_clauses_end'),
    ]

    initial = True

    dependencies = [
        ('kernel', '0001_squashed_0003_mail_refused_and_sealed'),
        ('organisations', '0001_squashed_0003_insolvency'),
    ]

    operations = [
        fellestorg.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Lot',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(max_length=60)),
                        ('number', models.PositiveSmallIntegerField()),
                        ('title_nb', models.CharField(max_length=200)),
                        ('title_nn', models.CharField(max_length=200)),
                        ('title_en', models.CharField(max_length=200)),
                        ('scope_nb', models.TextField(help_text='what may be bought, in words')),
                        ('scope_nn', models.TextField()),
                        ('scope_en', models.TextField()),
                        ('cpv', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), help_text='main CPV code first', size=None)),
                        ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), default=list, help_text='NUTS codes; empty: the whole country', size=None)),
                        ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), help_text='item categories that lie inside the lot', size=None)),
                        ('max_value', models.DecimalField(decimal_places=2, help_text='kroner without VAT (FA-3)', max_digits=18)),
                        ('max_quantity', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ('estimated_value', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('actuals_from', models.CharField(default='elsewhere', help_text='the one source of actuals that draws on the ceiling (design 2.4)', max_length=20)),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='agreements.frameworkagreement')),
                    ],
                    options={
                        'ordering': ['agreement', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'key'), name='lot_key_once'), models.UniqueConstraint(fields=('agreement', 'number'), name='lot_number_once'), models.CheckConstraint(condition=models.Q(('max_value__gt', 0)), name='lot_has_a_maximum_value')],
                    },
                ),
                migrations.CreateModel(
                    name='FrameworkAgreement',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(max_length=60, unique=True)),
                        ('title_nb', models.CharField(max_length=200)),
                        ('title_nn', models.CharField(max_length=200)),
                        ('title_en', models.CharField(max_length=200)),
                        ('summary_nb', models.TextField(blank=True)),
                        ('summary_nn', models.TextField(blank=True)),
                        ('summary_en', models.TextField(blank=True)),
                        ('category', models.CharField(help_text='category key, e.g. ict or office', max_length=60)),
                        ('starts', models.DateField()),
                        ('ends', models.DateField(help_text='last day of the period in force now, exercised extensions included')),
                        ('latest_end', models.DateField(help_text='last day if every extension option is used')),
                        ('long_duration_reason', models.TextField(blank=True, help_text='why it may last over 48 months (FA-1)')),
                        ('ruleset_date', models.DateField(help_text='the date of the notice; it chooses the version of the law')),
                        ('source', models.CharField(blank=True, max_length=300)),
                        ('manager', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='managed_agreements', to='organisations.person')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_agreements', to='organisations.organisation')),
                        ('predecessors', models.ManyToManyField(blank=True, help_text='what it took over from', related_name='successors', to='agreements.frameworkagreement')),
                        ('instrument', models.CharField(choices=[('framework', 'Framework'), ('dps', 'Dynamic Purchasing System'), ('terms', 'Terms Package')], db_default='framework', default='framework', max_length=12)),
                    ],
                    options={
                        'ordering': ['title_nb'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts')), ('latest_end__gte', models.F('ends'))), name='agreement_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('long_duration_reason', ''), _negated=True), ('latest_end__lt', models.ExpressionWrapper(django.db.models.expressions.CombinedExpression(models.F('starts'), '+', models.Value(datetime.timedelta(days=1461))), output_field=models.DateTimeField())), _connector='OR'), name='over_48_months_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='CeilingBalance',
                    fields=[
                        ('lot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='balance', serialize=False, to='agreements.lot')),
                        ('used', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('reserved', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('quantity_used', models.DecimalField(decimal_places=4, default=0, max_digits=18)),
                        ('warned_at_percent', models.PositiveSmallIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name='DrawBalance',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('reference', models.CharField(max_length=80)),
                        ('committed', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('released', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('reserved', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('actual', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('quantity', models.DecimalField(decimal_places=4, default=0, max_digits=18)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='agreements.lot')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('lot', 'reference'), name='draw_once_a_lot')],
                    },
                ),
                migrations.CreateModel(
                    name='ExtensionOption',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('starts', models.DateField()),
                        ('ends', models.DateField()),
                        ('exercised_on', models.DateField(null=True)),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='agreements.frameworkagreement')),
                    ],
                    options={
                        'ordering': ['starts'],
                    },
                ),
                migrations.CreateModel(
                    name='Participation',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('ground', models.CharField(choices=[('obligatory', 'Obligatory'), ('opt_in', 'Opt In'), ('later', 'Later')], max_length=16)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('note', models.CharField(blank=True, max_length=300)),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='agreements.frameworkagreement')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='organisations.organisation')),
                        ('own_contract_to', models.DateField(blank=True, help_text='last day of a contract of its own that it waits for; not an opt-out', null=True)),
                    ],
                    options={
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agreement', '='), ('organisation', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='participates_once_at_a_time'), models.CheckConstraint(condition=models.Q(('own_contract_to', None), ('own_contract_to__lt', models.F('valid_from')), _connector='OR'), name='joins_after_its_own_contract')],
                    },
                ),
                migrations.CreateModel(
                    name='PolicyVersion',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('valid_from', models.DateField()),
                        ('document', models.JSONField()),
                        ('source', models.CharField(help_text='where the framework announced it', max_length=300)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='agreements.lot')),
                    ],
                    options={
                        'ordering': ['lot', 'version'],
                        'constraints': [models.UniqueConstraint(fields=('lot', 'version'), name='policy_version_once'), models.UniqueConstraint(fields=('lot', 'valid_from'), name='policy_one_a_day')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='27d5cc5ddbee10741b15c93d33e61a483847c384', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a59d0', table='agreements_policyversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='2f3d44bd5b96ea77a25de1f9b96a966461ce71ec', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_da54a', table='agreements_policyversion', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='SupplierPosition',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('rank', models.PositiveSmallIntegerField()),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('suspended_from', models.DateField(null=True)),
                        ('suspended_to', models.DateField(null=True)),
                        ('suspension_reason', models.TextField(blank=True)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['lot', 'rank'],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('lot', '='), ('rank', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_supplier_a_rank'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('lot', '='), ('supplier', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_rank_a_supplier'), models.CheckConstraint(condition=models.Q(('suspended_from', None), models.Q(('suspension_reason', ''), _negated=True), _connector='OR'), name='suspension_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='CeilingEntry',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('opening', 'Opening'), ('reserve', 'Reserve'), ('commit', 'Commit'), ('release', 'Release'), ('actual', 'Actual'), ('correct', 'Correct')], max_length=8)),
                        ('of_reserve', models.BooleanField(default=False)),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('reference', models.CharField(help_text='the call-off, or what it is called elsewhere', max_length=80)),
                        ('at', models.DateTimeField(help_text='the instant of registration; it never goes back')),
                        ('quantity', models.DecimalField(decimal_places=4, default=0, help_text='units, where the lot counts them', max_digits=18)),
                        ('used_after', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('reserved_after', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('breach', models.BooleanField(default=False, help_text='a recorded fact that took the lot past 100 %')),
                        ('note', models.CharField(blank=True, max_length=300)),
                        ('buyer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.decisionrecord')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='agreements.lot')),
                        ('flags', models.CharField(help_text='rules a recorded fact did not keep, e.g. FA-2 FA-4', max_length=40, null=True)),
                        ('made_on', models.DateField(help_text='the day a purchase was made elsewhere; empty: the day of at', null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['lot', 'at', 'id'], name='entry_by_time'), models.Index(fields=['reference'], name='entry_by_reference')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='entry_is_not_negative'), models.CheckConstraint(condition=models.Q(('of_reserve', False), ('kind', 'release'), _connector='OR'), name='only_a_release_closes'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'correct'), _negated=True), ('reference__startswith', 'elsewhere:'), ('reference__startswith', 'opening:'), _connector='OR'), name='only_facts_are_corrected')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5aa99e434068c3acef5770f76c4c193eb234e02a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_05b6c', table='agreements_ceilingentry', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='d5ae4074bd541703b40bcd176625c417e2e65609', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_22359', table='agreements_ceilingentry', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='AssortmentOption',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(max_length=60)),
                        ('name_nb', models.CharField(max_length=200)),
                        ('name_nn', models.CharField(max_length=200)),
                        ('name_en', models.CharField(max_length=200)),
                        ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), help_text='item categories that the option opens', size=None)),
                        ('source', models.CharField(max_length=300)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='options', to='agreements.lot')),
                        ('valid_to', models.DateField(help_text='last day on which the goods must be chosen; empty: all its time', null=True)),
                    ],
                    options={
                        'ordering': ['lot', 'key'],
                        'constraints': [models.UniqueConstraint(fields=('lot', 'key'), name='option_key_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ChangeProposal',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=40)),
                        ('payload', models.JSONField()),
                        ('reason', models.TextField(help_text='why it is proposed')),
                        ('state', models.CharField(choices=[('proposed', 'Proposed'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=12)),
                        ('proposed_by_key', models.CharField(max_length=60)),
                        ('proposed_by', models.CharField(max_length=200)),
                        ('proposed_at', models.DateTimeField()),
                        ('decided_by_key', models.CharField(blank=True, max_length=60)),
                        ('decided_by', models.CharField(blank=True, max_length=200)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('decision_reason', models.TextField(blank=True)),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='agreements.frameworkagreement')),
                        ('lot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='agreements.lot')),
                    ],
                    options={
                        'ordering': ['-proposed_at', '-id'],
                        'indexes': [models.Index(fields=['state', 'agreement'], name='proposal_by_state')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('decided_by_key', models.F('proposed_by_key')), _negated=True), _connector='OR'), name='approved_by_another'), models.CheckConstraint(condition=models.Q(('state', 'proposed'), models.Q(models.Q(('decided_by_key', ''), _negated=True), models.Q(('decided_at', None), _negated=True)), _connector='OR'), name='decided_by_somebody')],
                    },
                ),
                migrations.CreateModel(
                    name='Contact',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('role', models.CharField(choices=[('agreement_manager', 'Agreement Manager'), ('sales', 'Sales'), ('orders', 'Orders'), ('support', 'Support'), ('deviations', 'Deviations')], max_length=24)),
                        ('name', models.CharField(help_text='a person or a function, e.g. Kundesenter', max_length=200)),
                        ('email', models.EmailField(blank=True, max_length=254)),
                        ('phone', models.CharField(blank=True, max_length=30)),
                        ('note', models.CharField(blank=True, max_length=300)),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='agreements.frameworkagreement')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['organisation', 'role', 'name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', ''), _negated=True), models.Q(('phone', ''), _negated=True), _connector='OR'), name='contact_can_be_reached')],
                    },
                ),
                migrations.CreateModel(
                    name='FrameworkDocument',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], max_length=12)),
                        ('sections', models.JSONField()),
                        ('valid_from', models.DateField(null=True)),
                        ('written_by', models.CharField(max_length=200)),
                        ('published_at', models.DateTimeField(null=True)),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='agreements.frameworkagreement')),
                    ],
                    options={
                        'ordering': ['agreement', 'version'],
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'version'), name='document_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('agreement',), name='one_draft_at_a_time'), models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(models.Q(('published_at', None), _negated=True), models.Q(('valid_from', None), _negated=True)), _connector='OR'), name='published_has_a_day')],
                        'triggers': [pgtrigger.compiler.Trigger(name='published_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'published\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='44a74e66a4bb92e3e043cd19306420ec605f1d4c', operation='UPDATE OR DELETE', pgid='pgtrigger_published_stands_2357f', table='agreements_frameworkdocument', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='NewsItem',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('title_nb', models.CharField(max_length=200)),
                        ('title_nn', models.CharField(max_length=200)),
                        ('title_en', models.CharField(max_length=200)),
                        ('body_nb', models.TextField()),
                        ('body_nn', models.TextField()),
                        ('body_en', models.TextField()),
                        ('author', models.CharField(max_length=200)),
                        ('published_at', models.DateTimeField()),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='news', to='agreements.frameworkagreement')),
                    ],
                    options={
                        'ordering': ['-published_at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='OptionChoice',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('chosen_by', models.CharField(help_text='name of whoever chose for the agency', max_length=200)),
                        ('chosen_at', models.DateTimeField()),
                        ('option', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='agreements.assortmentoption')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('chosen', models.BooleanField(db_default=True, default=True, help_text='false: declined')),
                        ('reason', models.CharField(blank=True, db_default='', default='', help_text='why SI answered for the agency', max_length=300)),
                    ],
                    options={
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('option', '='), ('organisation', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='option_chosen_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='RegulationClause',
                    fields=[
                        ('lot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='regulation', serialize=False, to='agreements.lot')),
                        ('series', models.CharField(help_text='key of the index in law/indexes.toml, e.g. KPI', max_length=30)),
                        ('base_month', models.DateField(help_text='first day of the month whose index the first regulation counts from')),
                        ('first_on', models.DateField(help_text='first day on which prices may be regulated; then the same day every year')),
                        ('notice_days', models.PositiveSmallIntegerField(help_text='calendar days from notice to agencies until it takes effect')),
                        ('max_rise', models.DecimalField(decimal_places=5, help_text='rate; empty: as the index', max_digits=6, null=True)),
                        ('source', models.CharField(max_length=300)),
                        ('delivery_fees', models.BooleanField(db_default=False, default=False, help_text='freight and small-order fees are regulated too')),
                        ('price_decimals', models.PositiveSmallIntegerField(db_default=2, default=2, help_text='regulated unit prices are rounded half up to this many decimals')),
                        ('reminded_for', models.DateField(help_text='the regulation day that the manager was last reminded of', null=True)),
                        ('valid_to', models.DateField(help_text='last day from which new prices may hold; empty: all its time', null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('base_month__day', 1)), name='base_month_is_a_first_day'), models.CheckConstraint(condition=models.Q(('price_decimals__lte', 4)), name='regulated_prices_fit_their_column')],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementHalt',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('cancelled', 'Cancelled'), ('delayed', 'Delayed')], max_length=12)),
                        ('since', models.DateField()),
                        ('ended_on', models.DateField(null=True)),
                        ('reason_nb', models.TextField()),
                        ('reason_nn', models.TextField()),
                        ('reason_en', models.TextField()),
                        ('responsible', models.CharField(help_text='who has the matter now: a body or a role, never a person', max_length=200)),
                        ('expected', models.DateField(null=True)),
                        ('source', models.CharField(help_text='where it was announced', max_length=300)),
                        ('registered_by', models.CharField(max_length=200)),
                        ('registered_at', models.DateTimeField()),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='halts', to='agreements.frameworkagreement')),
                    ],
                    options={
                        'ordering': ['agreement', 'since'],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agreement', '='), (fellestorg.kernel.sql.DateRange('since', 'ended_on'), '&&')], name='one_halt_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'cancelled'), _negated=True), models.Q(('ended_on', None), ('expected', None)), _connector='OR'), name='cancelled_for_good'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('since')), _connector='OR'), name='halt_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('reason_nb', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='halt_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='Admission',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('category', models.CharField(help_text='an item category of the lot', max_length=60)),
                        ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), default=list, help_text='NUTS codes; empty: the whole country', size=None)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('source', models.CharField(help_text='the decision to admit it', max_length=300)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='admissions', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='admissions', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['lot', 'category', 'valid_from', 'supplier'],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('lot', '='), ('supplier', '='), ('category', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='admitted_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='QuotaShare',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('measure', models.CharField(choices=[('employees', 'Employees'), ('value', 'Value'), ('subscriptions', 'Subscriptions')], max_length=16)),
                        ('low', models.DecimalField(decimal_places=5, max_digits=6)),
                        ('high', models.DecimalField(decimal_places=5, max_digits=6)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('source', models.CharField(help_text='where the framework announced it', max_length=300)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quota_shares', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['lot', '-high', 'supplier'],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('lot', '='), ('supplier', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_share_a_supplier'), models.CheckConstraint(condition=models.Q(('low__gte', 0), ('low__lte', models.F('high')), ('high__lte', 1)), name='share_from_low_to_high')],
                    },
                ),
                migrations.CreateModel(
                    name='SupplierAssignment',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('contract', models.CharField(choices=[('missing', 'Missing'), ('sent', 'Sent'), ('signed', 'Signed')], default='missing', max_length=8)),
                        ('contract_on', models.DateField(help_text='the day it was sent or signed', null=True)),
                        ('contract_file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.storedfile')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='agreements.lot')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='organisations.organisation')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['lot', 'organisation', 'valid_from'],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('lot', '='), ('organisation', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='assigned_to_one_supplier'), models.CheckConstraint(condition=models.Q(('contract', 'missing'), models.Q(('contract_on', None), _negated=True), _connector='OR'), name='call_off_agreement_has_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('contract', 'signed'), _negated=True), models.Q(('contract_file', None), _negated=True), _connector='OR'), name='signed_agreement_is_on_file')],
                    },
                ),
                migrations.CreateModel(
                    name='AgencySetup',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('delivery_address', models.CharField(max_length=300)),
                        ('invoice_address', models.CharField(blank=True, help_text='for what cannot be sent electronically', max_length=300)),
                        ('invoice_endpoint', models.CharField(help_text='Peppol participant, e.g. 0192:986252932', max_length=60)),
                        ('buyer_reference', models.CharField(blank=True, max_length=100)),
                        ('contact_name', models.CharField(max_length=200)),
                        ('contact_email', models.EmailField(max_length=254)),
                        ('contact_phone', models.CharField(blank=True, max_length=30)),
                        ('saved_at', models.DateTimeField()),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agency_setups', to='agreements.frameworkagreement')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agency_setups', to='organisations.organisation')),
                        ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['organisation__sort_name'],
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'organisation'), name='one_setup_of_an_agency'), models.CheckConstraint(condition=models.Q(('invoice_endpoint__regex', '^[0-9]{4}:[A-Za-z0-9._-]+$')), name='endpoint_has_a_scheme')],
                    },
                ),
                migrations.CreateModel(
                    name='SupplierSetup',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('customer_number', models.CharField(blank=True, max_length=60)),
                        ('note', models.TextField(blank=True, help_text="the agency's words to the supplier")),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('asked_back', 'Asked Back'), ('confirmed', 'Confirmed')], default='draft', max_length=12)),
                        ('revision', models.PositiveIntegerField(default=0, help_text='how often it has been sent')),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('question', models.TextField(blank=True, help_text='what the supplier asked back')),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('setup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suppliers', to='agreements.agencysetup')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['supplier__sort_name'],
                        'constraints': [models.UniqueConstraint(fields=('setup', 'supplier'), name='one_setup_with_a_supplier'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('answered_by__isnull', False), models.Q(('customer_number', ''), _negated=True)), _connector='OR'), name='confirmed_with_a_customer_number'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'asked_back'), _negated=True), models.Q(('answered_by__isnull', False), models.Q(('question', ''), _negated=True)), _connector='OR'), name='asked_back_with_a_question'), models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('revision__gt', 0), ('sent_at__isnull', False)), _connector='OR'), name='answered_after_being_sent'), models.CheckConstraint(condition=models.Q(('answered_at', None), ('answered_at__gte', models.F('sent_at')), _connector='OR'), name='setup_answer_after_it_was_sent')],
                    },
                ),
                migrations.CreateModel(
                    name='ShopAccess',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=200)),
                        ('email', models.EmailField(max_length=254)),
                        ('granted_at', models.DateTimeField(null=True)),
                        ('supplier_setup', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access', to='agreements.suppliersetup')),
                    ],
                    options={
                        'ordering': ['name', 'email'],
                        'constraints': [models.UniqueConstraint(fields=('supplier_setup', 'email'), name='shop_access_once')],
                    },
                ),
            ],
        ),
    ]
