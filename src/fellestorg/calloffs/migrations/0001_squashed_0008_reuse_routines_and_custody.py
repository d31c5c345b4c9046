# What the files it replaces do, in one step. They stay for databases that have only some of them.

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import fellestorg.kernel.migrating
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('calloffs', '0001_initial'),
        ('calloffs', '0002_shopping_lists'),
        ('calloffs', '0003_coverage'),
        ('calloffs', '0004_offers_in_turn'),
        ('calloffs', '0005_invitation_in_a_purchasing_system'),
        ('calloffs', '0006_stated_needs'),
        ('calloffs', '0007_reuse_settlements'),
        ('calloffs', '0008_reuse_routines_and_custody'),
    ]

    initial = True

    dependencies = [
        ('agreements', '0001_initial'),
        ('catalogues', '0001_initial'),
        ('kernel', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        fellestorg.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='CallOff',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('number', models.CharField(max_length=20, unique=True)),
                        ('request_id', models.CharField(max_length=80)),
                        ('state', models.CharField(choices=[('awaiting_approval', 'Awaiting Approval'), ('committed', 'Committed'), ('mini_competition', 'Mini Competition'), ('dps_invitation', 'Dps Invitation'), ('offered', 'Offered'), ('no_supplier', 'No Supplier'), ('refused_approval', 'Refused Approval'), ('lapsed', 'Lapsed'), ('cancelled', 'Cancelled')], max_length=20)),
                        ('title', models.CharField(max_length=200)),
                        ('contract_value', models.DecimalField(decimal_places=2, help_text='what the ledger draws, without VAT', max_digits=18)),
                        ('net_price', models.DecimalField(decimal_places=2, help_text='with handling and carbon', max_digits=18)),
                        ('co2e_kg', models.DecimalField(decimal_places=4, max_digits=18)),
                        ('co2e_estimated', models.BooleanField()),
                        ('deliver_to', models.CharField(max_length=300)),
                        ('deliver_by', models.DateField(null=True)),
                        ('buyer_reference', models.CharField(blank=True, max_length=100)),
                        ('made_at', models.DateTimeField()),
                        ('reserve_until', models.DateField(null=True)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('closed_reason', models.TextField(blank=True)),
                        ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_offs', to='organisations.organisation')),
                        ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='call_off', to='kernel.decisionrecord')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_offs', to='agreements.lot')),
                        ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.policyversion')),
                        ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['-made_at'],
                        'indexes': [models.Index(fields=['lot', '-made_at'], name='call_off_by_lot'), models.Index(fields=['buyer', '-made_at'], name='call_off_by_buyer'), models.Index(fields=['state'], name='call_off_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('buyer', 'request_id'), name='request_makes_one_call_off'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('closed_reason', ''), _negated=True), _connector='OR'), name='cancellation_has_a_reason'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('requested_by')), _negated=True), _connector='OR'), name='approved_by_another')],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('call_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='calloffs.calloff')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='organisations.organisation')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('call_off', 'supplier'), name='invited_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Order',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        ('number', models.CharField(max_length=24, unique=True)),
                        ('contract_value', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('parts', models.JSONField(help_text='goods, discount, fees, freight, handling, carbon as decimal strings')),
                        ('created_at', models.DateTimeField()),
                        ('call_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='calloffs.calloff')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['number'],
                    },
                ),
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=20)),
                        ('call_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='calloffs.calloff')),
                        ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='kernel.storedfile')),
                        ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='calloffs.order')),
                    ],
                ),
                migrations.CreateModel(
                    name='OrderLine',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('quantity', models.DecimalField(decimal_places=4, max_digits=18)),
                        ('unit_price', models.DecimalField(decimal_places=4, max_digits=18)),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                        ('vat_rate', models.DecimalField(decimal_places=3, max_digits=4)),
                        ('co2e_kg', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogues.item')),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='calloffs.order')),
                        ('price_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogues.priceline')),
                    ],
                    options={
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='ShoppingList',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=80)),
                        ('waiting', models.BooleanField(default=False)),
                        ('saved_at', models.DateTimeField()),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(models.F('organisation'), django.db.models.functions.text.Lower('name'), name='one_shopping_list_of_a_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='shopping_list_has_a_name')],
                    },
                ),
                migrations.CreateModel(
                    name='ShoppingListLine',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('item', models.CharField(max_length=60)),
                        ('quantity', models.DecimalField(decimal_places=4, max_digits=18)),
                        ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='calloffs.shoppinglist')),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(fields=('list', 'item'), name='item_once_in_a_shopping_list'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='shopping_list_quantity_above_zero')],
                    },
                ),
                migrations.CreateModel(
                    name='UnitCount',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('counted_on', models.DateField()),
                        ('units', models.PositiveIntegerField()),
                        ('source', models.CharField(max_length=300)),
                        ('registered_by', models.CharField(max_length=200)),
                        ('registered_at', models.DateTimeField()),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unit_counts', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['lot', 'supplier', '-counted_on', '-id'],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6f0e30535973bcfc36ebb5122fcd83a16b86903b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3a7e3', table='calloffs_unitcount', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='169520285f8b50b9b5bf279eddbd9a89efbd5abb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_32b78', table='calloffs_unitcount', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='CoverageCase',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('place', models.CharField(help_text="address or place where it fails, never a person's home", max_length=200)),
                        ('failed_from', models.DateField(help_text='first day it was observed')),
                        ('failed_to', models.DateField(help_text='last day it was observed; empty: it goes on', null=True)),
                        ('tried', models.TextField(help_text='what was tried with the first-ranked supplier')),
                        ('state', models.CharField(choices=[('submitted', 'Submitted'), ('documented', 'Documented'), ('rejected', 'Rejected'), ('closed', 'Closed')], default='submitted', max_length=12)),
                        ('registered_by_key', models.CharField(max_length=60)),
                        ('registered_by', models.CharField(max_length=200)),
                        ('registered_at', models.DateTimeField()),
                        ('decided_by_key', models.CharField(blank=True, max_length=60)),
                        ('decided_by', models.CharField(blank=True, max_length=200)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('decision_reason', models.TextField(blank=True)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('buyer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coverage_cases', to='organisations.organisation')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coverage_cases', to='agreements.lot')),
                    ],
                    options={
                        'ordering': ['-registered_at', '-id'],
                        'indexes': [models.Index(fields=['lot', 'state'], name='coverage_case_by_state')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('failed_to', None), ('failed_to__gte', models.F('failed_from')), _connector='OR'), name='coverage_fails_from_day_to_day'), models.CheckConstraint(condition=models.Q(('state', 'submitted'), models.Q(models.Q(('decided_by_key', ''), _negated=True), models.Q(('decided_at', None), _negated=True)), _connector='OR'), name='coverage_case_decided_by_somebody'), models.CheckConstraint(condition=models.Q(('decided_by_key', models.F('registered_by_key')), _negated=True), name='coverage_case_decided_by_another')],
                    },
                ),
                migrations.CreateModel(
                    name='RankedOffer',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('turn', models.PositiveSmallIntegerField(help_text='1 is asked first')),
                        ('rank', models.PositiveSmallIntegerField(help_text="the supplier's rank in the lot")),
                        ('hours', models.PositiveSmallIntegerField(help_text='working hours to answer')),
                        ('contract_value', models.DecimalField(decimal_places=2, help_text='without VAT', max_digits=18)),
                        ('net_price', models.DecimalField(decimal_places=2, help_text='with handling and carbon', max_digits=18)),
                        ('order', models.JSONField(help_text="the engine's order, with price-line ids and amounts as decimal strings")),
                        ('state', models.CharField(choices=[('waiting', 'Waiting'), ('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('timed_out', 'Timed Out'), ('passed', 'Passed'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=12)),
                        ('opened_at', models.DateTimeField(null=True)),
                        ('remind_at', models.DateTimeField(null=True)),
                        ('reminded_at', models.DateTimeField(null=True)),
                        ('answer_by', models.DateTimeField(null=True)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('reason_code', models.CharField(blank=True, help_text='of a decline, or why the turn was passed', max_length=20)),
                        ('reason', models.TextField(blank=True)),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('call_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ranked_offers', to='calloffs.calloff')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ranked_offers', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['call_off', 'turn'],
                        'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['answer_by'], name='offer_open_by_deadline'), models.Index(fields=['supplier', '-opened_at'], name='offer_by_supplier')],
                        'constraints': [models.UniqueConstraint(fields=('call_off', 'turn'), name='offer_turn_once'), models.UniqueConstraint(fields=('call_off', 'supplier'), name='offered_once'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('call_off',), name='one_offer_open_at_a_time'), models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('call_off',), name='one_offer_accepted'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['open', 'accepted', 'declined', 'timed_out']), _negated=True), models.Q(('answer_by__gt', models.F('opened_at')), ('opened_at__isnull', False)), _connector='OR'), name='offer_asked_with_a_deadline'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'declined']), _negated=True), models.Q(('answered_by__isnull', False), ('closed_at__isnull', False), ('closed_at__lte', models.F('answer_by'))), _connector='OR'), name='offer_answered_in_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'timed_out'), _negated=True), models.Q(('closed_at__gt', models.F('answer_by')), ('closed_at__isnull', False)), _connector='OR'), name='offer_timed_out_after_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['declined', 'passed']), _negated=True), models.Q(('reason_code', ''), _negated=True), _connector='OR'), name='offer_decline_has_a_reason')],
                        'triggers': [pgtrigger.compiler.Trigger(name='offer_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."call_off_id" IS DISTINCT FROM (NEW."call_off_id") OR OLD."supplier_id" IS DISTINCT FROM (NEW."supplier_id") OR OLD."turn" IS DISTINCT FROM (NEW."turn") OR OLD."rank" IS DISTINCT FROM (NEW."rank") OR OLD."hours" IS DISTINCT FROM (NEW."hours") OR OLD."contract_value" IS DISTINCT FROM (NEW."contract_value") OR OLD."net_price" IS DISTINCT FROM (NEW."net_price") OR OLD."order" IS DISTINCT FROM (NEW."order"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='730a1ec704191575a0d83de675f89f8665ae9e45', operation='UPDATE', pgid='pgtrigger_offer_is_frozen_004c0', table='calloffs_rankedoffer', when='BEFORE')), pgtrigger.compiler.Trigger(name='offer_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c9a39d7aaa0121759e21c255c79e33956138fba0', operation='DELETE', pgid='pgtrigger_offer_is_kept_b78a0', table='calloffs_rankedoffer', when='BEFORE')), pgtrigger.compiler.Trigger(name='offer_is_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'accepted\', \'declined\', \'timed_out\', \'passed\', \'withdrawn\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='37a690b57266628d62c8e80db850225469ff2da0', operation='UPDATE', pgid='pgtrigger_offer_is_answered_once_a37bf', table='calloffs_rankedoffer', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='StatedNeed',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('day', models.DateField()),
                        ('text', models.CharField(help_text="as it was written; a category's name where one was chosen", max_length=500)),
                        ('category', models.CharField(blank=True, max_length=60)),
                        ('coverage', models.CharField(choices=[('covered', 'Covered'), ('partly', 'Partly'), ('not_covered', 'Not Covered')], max_length=12)),
                        ('reason', models.CharField(blank=True, max_length=24)),
                        ('stated_at', models.DateTimeField()),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stated_needs', to='organisations.organisation')),
                        ('agreement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stated_needs', to='agreements.frameworkagreement')),
                    ],
                    options={
                        'ordering': ['-stated_at', '-id'],
                        'indexes': [models.Index(fields=['day', 'coverage'], name='stated_need_by_day')],
                        'constraints': [models.UniqueConstraint(fields=('agency', 'day', 'text'), name='need_stated_once_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('coverage', 'covered'), ('reason', '')), models.Q(models.Q(('coverage', 'covered'), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='uncovered_need_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='ReuseSettlement',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('reference', models.CharField(help_text="the supplier's number of the settlement", max_length=60)),
                        ('call_off', models.CharField(blank=True, help_text='the service order it belongs to', max_length=30)),
                        ('kind', models.CharField(choices=[('pc', 'Pc'), ('phone', 'Phone'), ('screen', 'Screen'), ('other', 'Other')], max_length=8)),
                        ('picked_up_on', models.DateField()),
                        ('wiped_on', models.DateField(help_text='the day of the certificate of erasure or destruction')),
                        ('settled_on', models.DateField()),
                        ('certificate', models.CharField(help_text='of erasure or destruction', max_length=200)),
                        ('received', models.PositiveIntegerField()),
                        ('wiped', models.PositiveIntegerField(help_text='of those received; the others hold no data')),
                        ('resold', models.PositiveIntegerField()),
                        ('recycled', models.PositiveIntegerField()),
                        ('fees', models.DecimalField(decimal_places=2, max_digits=14)),
                        ('resale', models.DecimalField(decimal_places=2, help_text='what the units were resold for', max_digits=14)),
                        ('return_rate', models.DecimalField(decimal_places=5, help_text="the agency's share, by the price list", max_digits=6)),
                        ('paid_back', models.DecimalField(decimal_places=2, max_digits=14)),
                        ('co2e_kg', models.DecimalField(decimal_places=3, max_digits=14)),
                        ('factor_version', models.CharField(help_text='the first day of the factors that were used', max_length=10)),
                        ('registered_by', models.CharField(max_length=200)),
                        ('registered_at', models.DateTimeField()),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reuse_settlements', to='organisations.organisation')),
                        ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='calloffs.reusesettlement')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reuse_settlements', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['-settled_on', 'reference', 'kind', 'id'],
                        'indexes': [models.Index(fields=['lot', 'settled_on'], name='reuse_by_lot')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('corrects', None)), fields=('supplier', 'reference', 'kind'), name='reuse_settled_once'), models.CheckConstraint(condition=models.Q(('received', django.db.models.expressions.CombinedExpression(models.F('resold'), '+', models.F('recycled'))), ('wiped__lte', models.F('received'))), name='reuse_units_add_up'), models.CheckConstraint(condition=models.Q(('picked_up_on__lte', models.F('wiped_on')), ('wiped_on__lte', models.F('settled_on'))), name='reuse_days_in_order'), models.CheckConstraint(condition=models.Q(('fees__gte', 0), ('paid_back__gte', 0), ('resale__gte', 0), ('paid_back__lte', models.F('resale'))), name='reuse_amounts_are_possible')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4e5bdc7dd51456b7f8c68cad4d2f3c688f28a17c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_54cf6', table='calloffs_reusesettlement', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='38fffc54daf3f78636905ea80cec7ba80117ef68', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_43ce9', table='calloffs_reusesettlement', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='ReuseRoutine',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('owner_role', models.CharField(blank=True, choices=[('buyer', 'Buyer'), ('approver', 'Approver'), ('local_agreement_manager', 'Local Agreement Manager'), ('agreement_manager', 'Agreement Manager'), ('si_admin', 'Si Admin'), ('supplier', 'Supplier'), ('auditor', 'Auditor'), ('project_lead', 'Project Lead')], max_length=32)),
                        ('text', models.TextField()),
                        ('proposed_by_key', models.CharField(max_length=80)),
                        ('proposed_by', models.CharField(max_length=200)),
                        ('proposed_at', models.DateTimeField()),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reuse_routines', to='organisations.organisation')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reuse_routines', to='agreements.frameworkagreement')),
                        ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                    ],
                    options={
                        'ordering': ['agency', '-version'],
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'agency', 'version'), name='reuse_routine_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('owner_role', ''), ('owner__isnull', False)), models.Q(models.Q(('owner_role', ''), _negated=True), ('owner__isnull', True)), _connector='OR'), name='reuse_routine_has_one_owner')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dca54f2669fb682729eb4cdf9e153e00b740454e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_aea54', table='calloffs_reuseroutine', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='a6ea8d29e4e361763010a5a5c5fcfa88b88297e8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_70417', table='calloffs_reuseroutine', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='RoutineDecision',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('adopted', 'Adopted'), ('confirmed', 'Confirmed'), ('reminded', 'Reminded')], max_length=9)),
                        ('day', models.DateField()),
                        ('by_key', models.CharField(max_length=80)),
                        ('by', models.CharField(max_length=200)),
                        ('at', models.DateTimeField()),
                        ('routine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='calloffs.reuseroutine')),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'adopted')), fields=('routine',), name='reuse_routine_adopted_once'), models.UniqueConstraint(condition=models.Q(('kind', 'reminded')), fields=('routine', 'day'), name='reuse_routine_reminded_once')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='210c0ef266bec2d6df23ff432cf58a5bb1a2081e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9b2d1', table='calloffs_routinedecision', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='41fa940435c0afd28e27e12eb085e51414c53b02', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2dccb', table='calloffs_routinedecision', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='CustodyStep',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('reference', models.CharField(max_length=60)),
                        ('step', models.CharField(choices=[('collected', 'Collected'), ('secured', 'Secured'), ('handed_over', 'Handed Over'), ('received', 'Received'), ('erased', 'Erased'), ('resold', 'Resold'), ('recycled', 'Recycled')], max_length=12)),
                        ('happened_at', models.DateTimeField()),
                        ('role', models.CharField(choices=[('employee', 'Employee'), ('ict_support', 'Ict Support'), ('facilities', 'Facilities'), ('driver', 'Driver'), ('reception', 'Reception'), ('erasure', 'Erasure'), ('sales', 'Sales')], max_length=12)),
                        ('place', models.CharField(max_length=200)),
                        ('units', models.PositiveIntegerField(null=True)),
                        ('certificate', models.CharField(blank=True, help_text='of erasure or destruction', max_length=200)),
                        ('registered_by_key', models.CharField(max_length=80)),
                        ('registered_by', models.CharField(max_length=200)),
                        ('registered_at', models.DateTimeField()),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custody_steps', to='organisations.organisation')),
                        ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='calloffs.custodystep')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custody_steps', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['happened_at', 'id'],
                        'indexes': [models.Index(fields=['lot', 'agency', 'reference'], name='custody_by_chain')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('corrects', None)), fields=('lot', 'agency', 'reference', 'step'), name='custody_step_once'), models.CheckConstraint(condition=models.Q(models.Q(('step', 'erased'), _negated=True), models.Q(('certificate', ''), _negated=True), _connector='OR'), name='custody_erased_with_certificate')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b264d963e4902741e15aefb64ce8ddf48dec97d8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7e71c', table='calloffs_custodystep', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='6389b0058bb30d0cd31e49ad7c359e490d768a8a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_d296a', table='calloffs_custodystep', when='BEFORE'))],
                    },
                ),
            ],
        ),
        # Numbers of call-offs. A sequence has gaps where a transaction was undone, and never makes two buyers wait.
        migrations.RunSQL("CREATE SEQUENCE calloffs_number", "DROP SEQUENCE calloffs_number"),
    ]
