# What the files it replaces do, in one step. They stay for databases that have only some of them.

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.db.models.functions.math
import django.db.models.functions.text
import django.db.models.lookups
import fellestorg.kernel.migrating
import fellestorg.kernel.sql
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('catalogues', '0001_initial'),
        ('catalogues', '0002_item_used'),
        ('catalogues', '0003_price_line_properties'),
        ('catalogues', '0004_price_regulation'),
        ('catalogues', '0005_price_lists_sent_in'),
        ('catalogues', '0006_search_index'),
        ('catalogues', '0007_price_list_columns'),
        ('catalogues', '0008_search_signs'),
        ('catalogues', '0009_search_vector_once'),
        ('catalogues', '0010_price_models'),
    ]

    initial = True

    dependencies = [
        ('agreements', '0001_squashed_0009_options_and_clauses_end'),
        ('kernel', '0001_squashed_0003_mail_refused_and_sealed'),
        ('organisations', '0001_squashed_0003_insolvency'),
    ]

    operations = [
        fellestorg.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Item',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('number', models.CharField(help_text='the number buyers use, e.g. PC-14-STD', max_length=60)),
                        ('name_nb', models.CharField(max_length=200)),
                        ('name_nn', models.CharField(max_length=200)),
                        ('name_en', models.CharField(max_length=200)),
                        ('category', models.CharField(max_length=60)),
                        ('unit', models.CharField(default='EA', help_text='UN/ECE recommendation 20, e.g. EA, PK, BX', max_length=3)),
                        ('cpv', models.CharField(max_length=8)),
                        ('standard_assortment', models.BooleanField()),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='agreements.lot')),
                        ('used', models.BooleanField(db_default=False, default=False, help_text='second-hand or reconditioned')),
                        ('description', models.TextField(blank=True, db_default='', default='')),
                        ('code', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(models.F('number')), models.Value('-'), models.Value('')), models.Value(' '), models.Value('')), models.Value('.'), models.Value('')), models.Value('/'), models.Value('')), models.Value('_'), models.Value('')), output_field=models.CharField(max_length=60))),
                        ('search', models.GeneratedField(db_persist=True, expression=models.Func(models.Func(models.Func(models.Func(models.Func(models.F('name_nb'), models.Value(' '), models.Case(models.When(name_nn=models.F('name_nb'), then=models.Value('')), default=models.F('name_nn'), output_field=models.TextField()), models.Value(' '), models.Case(models.When(name_en=models.F('name_nb'), then=models.Value('')), default=models.F('name_en'), output_field=models.TextField()), arg_joiner=' || ', output_field=models.TextField(), template='(%(expressions)s)'), models.Value('/.-_@:+~&<>§–—‘’“”«»®™©°×·…•\xa0'), models.Value('                             '), function='translate', output_field=models.TextField()), template="to_tsvector('pg_catalog.simple', %(expressions)s)"), function='strip'), models.Func(models.Func(models.Func(models.Value('§lot'), django.db.models.functions.comparison.Cast(models.F('lot'), models.TextField()), arg_joiner=' || ', output_field=models.TextField(), template='(%(expressions)s)'), models.Func(models.Value('§cat'), models.F('category'), arg_joiner=' || ', output_field=models.TextField(), template='(%(expressions)s)'), models.Case(models.When(standard_assortment=True, then=models.Value('§std')), default=models.Value('§other')), models.Case(models.When(then=models.Value('§used'), used=True), default=models.Value('§new')), template='ARRAY[%(expressions)s]'), function='array_to_tsvector'), arg_joiner=' || ', output_field=django.contrib.postgres.search.SearchVectorField(), template='(%(expressions)s)'), output_field=django.contrib.postgres.search.SearchVectorField())),
                    ],
                    options={
                        'ordering': ['number'],
                        'indexes': [models.Index(fields=['number', 'id'], name='item_by_number'), models.Index(django.contrib.postgres.indexes.OpClass(models.F('code'), name='text_pattern_ops'), name='item_by_code'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='item_search')],
                        'constraints': [models.UniqueConstraint(fields=('lot', 'number'), name='item_number_once_a_lot')],
                        'triggers': [pgtrigger.compiler.Trigger(name='words_added', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO catalogues_word (word)\nSELECT one.word FROM (SELECT DISTINCT unnest(tsvector_to_array(added.search)) AS word FROM added) one\nWHERE one.word !~ '[0-9§]' AND length(one.word) BETWEEN 2 AND 100\n  AND NOT EXISTS (SELECT 1 FROM catalogues_word known WHERE known.word = one.word);\nRETURN NULL;\n", hash='d0501e8ba22d2a9e0bf536a61a62bf186bd3586a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_words_added_d1576', referencing='REFERENCING NEW TABLE AS added ', table='catalogues_item', when='AFTER')), pgtrigger.compiler.Trigger(name='words_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nINSERT INTO catalogues_word (word)\nSELECT one.word FROM (SELECT DISTINCT unnest(tsvector_to_array(added.search)) AS word FROM added JOIN removed ON removed.id = added.id AND removed.search <> added.search) one\nWHERE one.word !~ '[0-9§]' AND length(one.word) BETWEEN 2 AND 100\n  AND NOT EXISTS (SELECT 1 FROM catalogues_word known WHERE known.word = one.word);\nRETURN NULL;\n", hash='fd4989eb180b2a52607666810006f7d25a3b8cd6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_words_changed_4c68d', referencing='REFERENCING OLD TABLE AS removed  NEW TABLE AS added ', table='catalogues_item', when='AFTER'))],
                    },
                ),
                migrations.CreateModel(
                    name='PriceLine',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('supplier_number', models.CharField(max_length=60)),
                        ('product_name', models.CharField(max_length=200)),
                        ('model', models.CharField(choices=[('fixed', 'Fixed'), ('list_minus_discount', 'List Minus Discount'), ('markup', 'Markup'), ('dynamic', 'Dynamic'), ('transaction_fee', 'Transaction Fee'), ('fee_and_bonus', 'Fee And Bonus'), ('hourly', 'Hourly'), ('rent', 'Rent'), ('lease', 'Lease'), ('as_a_service', 'As A Service'), ('revenue_share', 'Revenue Share')], max_length=20)),
                        ('unit_price', models.DecimalField(decimal_places=4, help_text='after any discount, without VAT', max_digits=18)),
                        ('list_price', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ('discount_rate', models.DecimalField(decimal_places=5, max_digits=6, null=True)),
                        ('tiers', models.JSONField(default=list, help_text='[{"from": "100", "unit_price": "11.90"}]')),
                        ('vat_rate', models.DecimalField(decimal_places=3, max_digits=4)),
                        ('co2e_kg', models.DecimalField(decimal_places=4, help_text='kg CO2e per unit', max_digits=12, null=True)),
                        ('ecolabel', models.CharField(blank=True, max_length=60)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='catalogues.item')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('energy_class', models.CharField(blank=True, db_default='', default='', help_text='A to G', max_length=4)),
                        ('erasure_proof', models.CharField(blank=True, db_default='', default='', help_text='used units: how stored data was erased, and by what proof', max_length=200)),
                        ('gtin', models.CharField(blank=True, db_default='', default='', max_length=14)),
                        ('properties', models.JSONField(db_default={}, default=dict, help_text='other item properties, name to value')),
                        ('updates_until', models.DateField(help_text='used units: last day of security updates from the maker', null=True)),
                        ('visual_grade', models.CharField(blank=True, db_default='', default='', help_text='used units: A (as new), B or C', max_length=1)),
                        ('terms', models.JSONField(db_default={}, default=dict, help_text='what the model needs besides the unit price')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['supplier', 'supplier_number'], name='price_by_supplier_number'), models.Index(fields=['item'], include=('supplier', 'valid_from', 'valid_to', 'unit_price', 'ecolabel'), name='price_by_item'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(models.F('supplier_number')), models.Value('-'), models.Value('')), models.Value(' '), models.Value('')), models.Value('.'), models.Value('')), models.Value('/'), models.Value('')), models.Value('_'), models.Value('')), name='text_pattern_ops'), name='price_by_code'), models.Index(django.contrib.postgres.indexes.OpClass(models.F('gtin'), name='text_pattern_ops'), condition=models.Q(('gtin', ''), _negated=True), name='price_by_gtin')],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('item', '='), ('supplier', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_price_at_a_time'), models.CheckConstraint(condition=models.Q(('unit_price__gte', 0)), name='price_is_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('discount_rate', None), ('list_price', None), ('model', 'fixed'), ('terms', {})), models.Q(('model', 'list_minus_discount'), ('terms', {}), models.Q(('list_price', None), _negated=True), models.Q(('discount_rate', None), _negated=True)), models.Q(('discount_rate', None), ('list_price', None), ('model', 'markup'), ('terms__has_keys', ['cost_price', 'markup_rate', 'audit']), ('unit_price', django.db.models.functions.math.Round(django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('cost_price', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), '*', django.db.models.expressions.CombinedExpression(models.Value(1), '+', django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('markup_rate', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)))), 4))), models.Q(('discount_rate', None), ('list_price', None), ('model', 'dynamic'), ('terms__has_keys', ['reference_price', 'off_rate', 'price_source', 'observed_on']), ('unit_price', django.db.models.functions.math.Round(django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('reference_price', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), '*', django.db.models.expressions.CombinedExpression(models.Value(1), '-', django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('off_rate', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)))), 4))), models.Q(('discount_rate', None), ('list_price', None), ('model', 'transaction_fee'), ('terms__has_keys', ['channel'])), models.Q(('discount_rate', None), ('list_price', None), ('model', 'fee_and_bonus'), ('terms__has_keys', ['bonus_rate']), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('bonus_rate', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), models.Value(0)), django.db.models.lookups.LessThan(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('bonus_rate', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), models.Value(1))), models.Q(('discount_rate', None), ('list_price', None), ('model', 'hourly'), ('terms', {})), models.Q(('discount_rate', None), ('list_price', None), ('model', 'rent'), ('terms__has_keys', ['monthly', 'months']), ('unit_price', django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('monthly', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), '*', django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('months', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24))))), models.Q(('discount_rate', None), ('list_price', None), ('model', 'lease'), ('terms__has_keys', ['monthly', 'months', 'residual']), ('unit_price', django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('monthly', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), '*', django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('months', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24))))), models.Q(('discount_rate', None), ('list_price', None), ('model', 'as_a_service'), ('terms__has_keys', ['monthly', 'months']), ('unit_price', django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('monthly', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), '*', django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('months', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24))))), models.Q(('discount_rate', None), ('list_price', None), ('model', 'revenue_share'), ('terms__has_keys', ['return_rate']), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('return_rate', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), models.Value(0)), django.db.models.lookups.LessThan(django.db.models.functions.comparison.Cast(django.db.models.fields.json.KeyTextTransform('return_rate', models.F('terms')), models.DecimalField(decimal_places=8, max_digits=24)), models.Value(1))), _connector='OR'), name='price_fits_its_model')],
                    },
                ),
                migrations.CreateModel(
                    name='DeliveryTerms',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('min_order', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('small_order_fee', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('freight', models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ('free_freight_from', models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                        ('spend_discounts', models.JSONField(default=list, help_text='[{"from": "10000", "rate": "0.02"}]')),
                        ('mode', models.CharField(choices=[('road', 'Road'), ('zero_emission', 'Zero Emission'), ('pick_up', 'Pick Up'), ('digital', 'Digital')], default='road', max_length=16)),
                        ('lead_days', models.PositiveSmallIntegerField(help_text='working days from order to delivery')),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_terms', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('lot', '='), ('supplier', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_set_of_terms_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='IndexValue',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('series', models.CharField(max_length=30)),
                        ('month', models.DateField(help_text='first day of the month')),
                        ('value', models.DecimalField(decimal_places=4, max_digits=12)),
                        ('source', models.CharField(max_length=300)),
                        ('imported_by', models.CharField(max_length=200)),
                        ('imported_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['series', 'month'],
                        'constraints': [models.UniqueConstraint(fields=('series', 'month'), name='index_value_once_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1), ('value__gt', 0)), name='index_value_of_a_month')],
                    },
                ),
                migrations.CreateModel(
                    name='PriceRegulation',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('year', models.PositiveSmallIntegerField()),
                        ('takes_effect', models.DateField()),
                        ('series', models.CharField(max_length=30)),
                        ('base_month', models.DateField()),
                        ('base_value', models.DecimalField(decimal_places=4, max_digits=12)),
                        ('month', models.DateField()),
                        ('value', models.DecimalField(decimal_places=4, max_digits=12)),
                        ('index_source', models.CharField(max_length=300)),
                        ('index_verified', models.BooleanField()),
                        ('max_rise', models.DecimalField(decimal_places=5, max_digits=6, null=True)),
                        ('capped', models.BooleanField()),
                        ('factor', models.DecimalField(decimal_places=8, max_digits=14)),
                        ('price_decimals', models.PositiveSmallIntegerField()),
                        ('fees', models.JSONField(default=list, help_text='[{"supplier", "fee", "before", "after"}]; empty where none')),
                        ('effect', models.DecimalField(decimal_places=2, help_text="kroner a year at the last 12 months' volume", max_digits=18, null=True)),
                        ('clause_source', models.CharField(max_length=300)),
                        ('reason', models.TextField(blank=True)),
                        ('proposed_by', models.CharField(max_length=200)),
                        ('approved_by', models.CharField(max_length=200)),
                        ('noticed_at', models.DateTimeField(help_text='when agencies and suppliers were told')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regulations', to='agreements.lot')),
                    ],
                    options={
                        'ordering': ['lot', '-takes_effect'],
                        'constraints': [models.UniqueConstraint(fields=('lot', 'year'), name='regulated_once_a_year')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1f5659c1189dec280573042cbd90ce114042c143', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b25b5', table='catalogues_priceregulation', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='597a6a4155abda3108cea8b1cf94ef43ef3c7e1c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_51f74', table='catalogues_priceregulation', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='RegulatedLine',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('after', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogues.priceline')),
                        ('before', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogues.priceline')),
                        ('regulation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='catalogues.priceregulation')),
                    ],
                ),
                migrations.CreateModel(
                    name='PriceListSubmission',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('file_name', models.CharField(max_length=200)),
                        ('sha256', models.CharField(max_length=64)),
                        ('format', models.CharField(choices=[('csv', 'Csv'), ('xlsx', 'Xlsx'), ('peppol', 'Peppol')], max_length=8)),
                        ('replaces', models.BooleanField(help_text='the file is the whole price list: what it does not name goes out')),
                        ('contract', models.CharField(blank=True, help_text='the contract the file itself refers to', max_length=200)),
                        ('valid_from', models.DateField(help_text='first day the prices are to hold; the day of acceptance where that is later')),
                        ('sent_by_name', models.CharField(max_length=200)),
                        ('sent_by_supplier', models.BooleanField()),
                        ('sent_at', models.DateTimeField()),
                        ('state', models.CharField(choices=[('proposed', 'Proposed'), ('accepted', 'Accepted'), ('rejected', 'Rejected'), ('sent_back', 'Sent Back'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=10)),
                        ('decided_by_name', models.CharField(blank=True, max_length=200)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('reason', models.TextField(blank=True)),
                        ('basis', models.CharField(help_text='the day and the prices it was compared with, as a digest', max_length=80)),
                        ('read', models.PositiveIntegerField()),
                        ('new', models.PositiveIntegerField()),
                        ('changed', models.PositiveIntegerField()),
                        ('removed', models.PositiveIntegerField()),
                        ('unchanged', models.PositiveIntegerField()),
                        ('over_regulation', models.PositiveIntegerField(help_text="lines that rise more than the agreement's regulation allows")),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='price_lists', to='agreements.frameworkagreement')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('lot', models.ForeignKey(help_text="empty: all the supplier's lots", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.lot')),
                        ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.person')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('columns', models.JSONField(default=list, help_text='the columns that the file had; others keep what a price says')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['agreement', '-id'], name='price_list_by_agreement')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_by_supplier', True), ('state', 'accepted'), _negated=True), models.Q(('decided_by', models.F('sent_by')), _negated=True), _connector='OR'), name='price_list_accepted_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), models.Q(('decided_at', None), _negated=True)), _connector='OR'), name='price_list_decided_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='SubmittedLine',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('row', models.PositiveIntegerField(help_text='the line in the file', null=True)),
                        ('kind', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('removed', 'Removed'), ('unchanged', 'Unchanged')], max_length=9)),
                        ('number', models.CharField(max_length=60)),
                        ('name_nb', models.CharField(max_length=200)),
                        ('name_nn', models.CharField(max_length=200)),
                        ('name_en', models.CharField(max_length=200)),
                        ('description', models.TextField()),
                        ('category', models.CharField(max_length=60)),
                        ('unit', models.CharField(max_length=3)),
                        ('cpv', models.CharField(max_length=8)),
                        ('standard_assortment', models.BooleanField()),
                        ('used', models.BooleanField()),
                        ('supplier_number', models.CharField(max_length=60)),
                        ('product_name', models.CharField(max_length=200)),
                        ('model', models.CharField(max_length=20)),
                        ('unit_price', models.DecimalField(decimal_places=4, max_digits=18)),
                        ('list_price', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ('discount_rate', models.DecimalField(decimal_places=5, max_digits=6, null=True)),
                        ('tiers', models.JSONField()),
                        ('vat_rate', models.DecimalField(decimal_places=3, max_digits=4)),
                        ('co2e_kg', models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                        ('ecolabel', models.CharField(max_length=60)),
                        ('gtin', models.CharField(max_length=14)),
                        ('energy_class', models.CharField(max_length=4)),
                        ('visual_grade', models.CharField(max_length=1)),
                        ('erasure_proof', models.CharField(max_length=200)),
                        ('updates_until', models.DateField(null=True)),
                        ('properties', models.JSONField()),
                        ('valid_from', models.DateField(help_text='first day of the price; of a removed line, the first day without it')),
                        ('valid_to', models.DateField(null=True)),
                        ('old_price', models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ('change', models.DecimalField(decimal_places=6, help_text='share of the old price', max_digits=16, null=True)),
                        ('allowed_rise', models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                        ('over_regulation', models.BooleanField()),
                        ('before', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalogues.priceline')),
                        ('item', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalogues.item')),
                        ('lot', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agreements.lot')),
                        ('submission', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='catalogues.pricelistsubmission')),
                        ('terms', models.JSONField(db_default={}, default=dict)),
                    ],
                ),
                migrations.CreateModel(
                    name='Word',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('word', models.CharField(max_length=100)),
                        ('stem_nb', models.GeneratedField(db_persist=True, expression=models.Func(models.F('word'), output_field=models.CharField(max_length=100), template="COALESCE((ts_lexize('pg_catalog.norwegian_stem', %(expressions)s))[1], %(expressions)s)"), output_field=models.CharField(max_length=100))),
                        ('stem_en', models.GeneratedField(db_persist=True, expression=models.Func(models.F('word'), output_field=models.CharField(max_length=100), template="COALESCE((ts_lexize('pg_catalog.english_stem', %(expressions)s))[1], %(expressions)s)"), output_field=models.CharField(max_length=100))),
                    ],
                    options={
                        'indexes': [models.Index(fields=['word'], name='word_by_word'), models.Index(fields=['stem_nb'], name='word_by_norwegian_stem'), models.Index(fields=['stem_en'], name='word_by_english_stem'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('word'), name='gin_trgm_ops'), name='word_by_trigrams')],
                    },
                ),
            ],
        ),
    ]
