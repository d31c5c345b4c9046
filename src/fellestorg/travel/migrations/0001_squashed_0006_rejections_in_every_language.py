# What the files it replaces do, in one step. They stay for databases that have only some of them.

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import fellestorg.kernel.migrating
import fellestorg.kernel.sql
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('travel', '0001_flights'),
        ('travel', '0002_bookings'),
        ('travel', '0003_stays_and_rentals'),
        ('travel', '0004_places_outside_vat'),
        ('travel', '0005_longer_car_names'),
        ('travel', '0006_rejections_in_every_language'),
    ]

    initial = True

    dependencies = [
        ('agreements', '0001_initial'),
        ('kernel', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        fellestorg.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Airline',
                    fields=[
                        ('code', models.CharField(help_text='IATA designator, e.g. SK', max_length=2, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=80)),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='airlines', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['code'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z0-9]{2}$')), name='airline_has_a_code')],
                    },
                ),
                migrations.CreateModel(
                    name='Route',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('origin', models.CharField(help_text='IATA code, as the agreement writes the pair', max_length=3)),
                        ('destination', models.CharField(max_length=3)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='routes', to='agreements.lot')),
                    ],
                    options={
                        'ordering': ['lot', 'origin', 'destination'],
                        'constraints': [models.UniqueConstraint(models.F('lot'), django.db.models.functions.comparison.Least('origin', 'destination'), django.db.models.functions.comparison.Greatest('origin', 'destination'), name='route_once_in_a_lot'), models.CheckConstraint(condition=models.Q(('origin__regex', '^[A-Z]{3}$'), ('destination__regex', '^[A-Z]{3}$'), models.Q(('origin', models.F('destination')), _negated=True)), name='route_joins_two_airports')],
                    },
                ),
                migrations.CreateModel(
                    name='PublishedFare',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('fare_class', models.CharField(max_length=12)),
                        ('amount', models.DecimalField(decimal_places=2, help_text='kroner without VAT, one way', max_digits=12)),
                        ('seen_on', models.DateField()),
                        ('source', models.CharField(max_length=120)),
                        ('airline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='travel.airline')),
                        ('route', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fares', to='travel.route')),
                    ],
                    options={
                        'ordering': ['route', 'seen_on', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='published_fare_is_positive'), models.UniqueConstraint(fields=('route', 'airline', 'fare_class', 'seen_on', 'source'), name='fare_seen_once')],
                    },
                ),
                migrations.CreateModel(
                    name='FareDiscount',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('fare_class', models.CharField(max_length=12)),
                        ('rate', models.DecimalField(decimal_places=4, help_text='share of the published fare, 0.12 for 12 %', max_digits=5)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('source', models.CharField(max_length=200)),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fare_discounts', to='organisations.organisation')),
                        ('route', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discounts', to='travel.route')),
                    ],
                    options={
                        'ordering': ['route', 'supplier', 'fare_class', 'valid_from'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('rate__gte', 0), ('rate__lt', 1)), name='discount_is_a_share'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('route', '='), ('supplier', '='), ('fare_class', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_discount_a_class')],
                    },
                ),
                migrations.CreateModel(
                    name='RouteArea',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('rank', models.PositiveSmallIntegerField()),
                        ('basis', models.JSONField(default=dict, help_text='{"expected", "classes", "fares", "from", "to"}; empty: not known')),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('closed_from', models.DateField(null=True)),
                        ('closed_reason', models.CharField(blank=True, max_length=300)),
                        ('route', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='travel.route')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='route_areas', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['route', 'rank', 'valid_from'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('rank__range', (1, 3))), name='three_suppliers_a_route'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('route', '='), ('rank', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_area_a_rank'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('route', '='), ('supplier', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_area_a_supplier'), models.CheckConstraint(condition=models.Q(('closed_from', None), models.Q(('closed_reason', ''), _negated=True), _connector='OR'), name='closed_route_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='BookingSource',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(max_length=60, unique=True)),
                        ('name', models.CharField(max_length=200)),
                        ('kind', models.CharField(choices=[('travel_agency', 'Travel Agency'), ('card', 'Card'), ('booking_tool', 'Booking Tool')], max_length=16)),
                        ('headings', models.JSONField(blank=True, default=dict, help_text='its own column headings, in lower case, with the fields they stand for')),
                        ('organisation', models.ForeignKey(help_text='the travel agency, or the agency whose cards they are', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['key'],
                    },
                ),
                migrations.CreateModel(
                    name='BookingIntake',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('file_name', models.CharField(max_length=200)),
                        ('sha256', models.CharField(max_length=64)),
                        ('sent_by_name', models.CharField(max_length=200)),
                        ('sent_at', models.DateTimeField()),
                        ('dropped', models.JSONField(default=list, help_text='columns that were not read: [{column, code}]')),
                        ('read', models.PositiveIntegerField(default=0)),
                        ('new', models.PositiveIntegerField(default=0)),
                        ('changed', models.PositiveIntegerField(default=0)),
                        ('unchanged', models.PositiveIntegerField(default=0)),
                        ('rejected', models.PositiveIntegerField(default=0)),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intakes', to='travel.bookingsource')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('read', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('new'), '+', models.F('changed')), '+', models.F('unchanged')), '+', models.F('rejected')))), name='no_row_of_a_file_is_lost')],
                    },
                ),
                migrations.CreateModel(
                    name='Booking',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('reference', models.CharField(max_length=80)),
                        ('digest', models.CharField(help_text='of all that the source said of it', max_length=64)),
                        ('mode', models.CharField(choices=[('air', 'Air'), ('hotel', 'Hotel'), ('car', 'Car')], max_length=5)),
                        ('channel', models.CharField(choices=[('online', 'Online'), ('offline', 'Offline'), ('outside', 'Outside')], max_length=7)),
                        ('booked_on', models.DateField()),
                        ('travelled_on', models.DateField()),
                        ('supplier_stated', models.CharField(max_length=120)),
                        ('place', models.CharField(help_text='a route as OSL-TOS, a location or a region', max_length=60)),
                        ('cabin', models.CharField(blank=True, max_length=8)),
                        ('fare_class', models.CharField(blank=True, help_text='fare class, room class or car group', max_length=60)),
                        ('nights', models.PositiveSmallIntegerField(null=True)),
                        ('days', models.PositiveSmallIntegerField(null=True)),
                        ('km', models.PositiveIntegerField(help_text='driven', null=True)),
                        ('fuel', models.CharField(blank=True, max_length=8)),
                        ('published', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                        ('paid', models.DecimalField(decimal_places=2, max_digits=12)),
                        ('reason', models.CharField(blank=True, help_text='why it is off agreement; empty: it is on', max_length=20)),
                        ('expected', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                        ('best', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                        ('own_travel_agency', models.BooleanField(help_text='empty: not known whose travel agency is whose that day', null=True)),
                        ('distance_km', models.PositiveIntegerField(help_text='in a straight line', null=True)),
                        ('co2e_kg', models.DecimalField(decimal_places=3, max_digits=12, null=True)),
                        ('co2_factor', models.DecimalField(decimal_places=5, max_digits=9, null=True)),
                        ('co2_rule', models.CharField(blank=True, help_text='rule and version', max_length=40)),
                        ('co2_source', models.CharField(blank=True, max_length=300)),
                        ('co2_verified', models.BooleanField(default=False)),
                        ('co2_missing', models.CharField(blank=True, help_text='why there is no figure', max_length=20)),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='organisations.organisation')),
                        ('agreement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.frameworkagreement')),
                        ('supplier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('travel_agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('intake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='travel.bookingintake')),
                        ('replaced_in', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='travel.bookingintake')),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='travel.bookingsource')),
                    ],
                    options={
                        'ordering': ['-travelled_on', '-id'],
                        'indexes': [models.Index(condition=models.Q(('replaced_in', None)), fields=['agency', 'travelled_on'], name='booking_by_agency'), models.Index(condition=models.Q(('replaced_in', None)), fields=['travelled_on'], name='booking_by_day')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_in', None)), fields=('source', 'reference'), name='booking_once_from_its_source'), models.CheckConstraint(condition=models.Q(models.Q(('co2_rule', ''), ('co2e_kg', None), models.Q(('co2_missing', ''), _negated=True)), models.Q(models.Q(('co2e_kg', None), _negated=True), models.Q(('co2_rule', ''), _negated=True)), _connector='OR'), name='co2_with_its_rule_or_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='HandOver',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('mode', models.CharField(choices=[('air', 'Air'), ('hotel', 'Hotel'), ('car', 'Car')], max_length=5)),
                        ('place', models.CharField(blank=True, max_length=60)),
                        ('channel', models.CharField(choices=[('online', 'online'), ('offline', 'offline')], max_length=7)),
                        ('at', models.DateTimeField()),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                        ('travel_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['agency', 'at'], name='hand_over_by_agency')],
                    },
                ),
                migrations.CreateModel(
                    name='RejectedRow',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('row', models.PositiveIntegerField(help_text='the line in the file')),
                        ('field', models.CharField(blank=True, max_length=40)),
                        ('code', models.CharField(max_length=40)),
                        ('text', models.TextField(help_text='in the language of whoever sent the file')),
                        ('intake', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejections', to='travel.bookingintake')),
                        ('texts', models.JSONField(blank=True, default=dict, help_text='the same in each language: {language: text}')),
                    ],
                    options={
                        'ordering': ['row', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='TravelAgencyChannel',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('online_address', models.URLField(blank=True, max_length=300)),
                        ('phone', models.CharField(blank=True, max_length=20)),
                        ('fee_online', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                        ('fee_offline', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                        ('source', models.CharField(max_length=300)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='booking_channels', to='organisations.organisation')),
                    ],
                    options={
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('supplier', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_channel_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('online_address', ''), _negated=True), models.Q(('phone', ''), _negated=True), _connector='OR'), name='travel_agency_is_reached_somehow')],
                    },
                ),
                migrations.CreateModel(
                    name='HotelPlace',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(max_length=60)),
                        ('name', models.CharField(max_length=100)),
                        ('points', models.JSONField(help_text='[{"key", "name", "latitude", "longitude"}], the usual one first')),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hotel_places', to='agreements.lot')),
                        ('outside_vat', models.BooleanField(default=False, help_text='Svalbard lies outside the VAT area')),
                    ],
                    options={
                        'ordering': ['lot', 'name'],
                        'constraints': [models.UniqueConstraint(fields=('lot', 'key'), name='hotel_place_once_in_a_lot')],
                    },
                ),
                migrations.CreateModel(
                    name='Hotel',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(max_length=80, unique=True)),
                        ('name', models.CharField(max_length=120)),
                        ('latitude', models.DecimalField(decimal_places=5, max_digits=8)),
                        ('longitude', models.DecimalField(decimal_places=5, max_digits=8)),
                        ('ecolabel', models.CharField(blank=True, max_length=60)),
                        ('ecolabel_to', models.DateField(null=True)),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hotels', to='organisations.organisation')),
                        ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hotels', to='travel.hotelplace')),
                    ],
                    options={
                        'ordering': ['place', 'name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ecolabel_to', None), models.Q(('ecolabel', ''), _negated=True), _connector='OR'), name='last_day_of_an_ecolabel')],
                    },
                ),
                migrations.CreateModel(
                    name='HotelRate',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('room', models.CharField(choices=[('standard', 'Standard'), ('superior', 'Superior')], max_length=10)),
                        ('model', models.CharField(choices=[('lra', 'lra'), ('percentage_off', 'percentage_off')], max_length=16)),
                        ('amount', models.DecimalField(decimal_places=2, help_text='kroner a night with VAT', max_digits=10, null=True)),
                        ('discount', models.DecimalField(decimal_places=4, help_text='share, 0.12 for 12 %', max_digits=5, null=True)),
                        ('breakfast', models.BooleanField(default=True)),
                        ('season', models.CharField(blank=True, max_length=40)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('source', models.CharField(max_length=200)),
                        ('hotel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='travel.hotel')),
                    ],
                    options={
                        'ordering': ['hotel', 'room', 'valid_from'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('discount', None), ('model', 'lra')), models.Q(('amount', None), ('discount__gte', 0), ('discount__lt', 1), ('model', 'percentage_off')), _connector='OR'), name='rate_is_fixed_or_a_discount'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('hotel', '='), ('room', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_hotel_rate_a_night')],
                    },
                ),
                migrations.CreateModel(
                    name='OneWayFee',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('to', models.CharField(blank=True, help_text="the key of the other region's lot", max_length=60)),
                        ('fee', models.DecimalField(decimal_places=2, max_digits=10)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('source', models.CharField(max_length=200)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='one_way_fees', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='one_way_fees', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['lot', 'supplier', 'to', 'valid_from'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('fee__gte', 0)), name='one_way_fee_is_not_negative'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('lot', '='), ('supplier', '='), ('to', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_one_way_fee_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='RateBreach',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('room', models.CharField(choices=[('standard', 'Standard'), ('superior', 'Superior')], max_length=10)),
                        ('code', models.CharField(help_text='lra_refused, lra_broken or discount_short', max_length=20)),
                        ('arrival', models.DateField()),
                        ('nights', models.PositiveSmallIntegerField()),
                        ('asked_on', models.DateField()),
                        ('agreed', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                        ('offered', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                        ('note', models.CharField(blank=True, max_length=1000)),
                        ('reported_by_key', models.CharField(max_length=80)),
                        ('reported_by', models.CharField(max_length=200)),
                        ('reported_at', models.DateTimeField()),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rate_breaches', to='organisations.organisation')),
                        ('hotel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='travel.hotel')),
                    ],
                    options={
                        'ordering': ['-reported_at', '-id'],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7abb073bb5aa085c45d7d44bdda3a370147b886e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_79a87', table='travel_ratebreach', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='b4731a87283b5e6bc213f4ce4e3d7852265e9692', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_364af', table='travel_ratebreach', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='BreachAnswer',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('outcome', models.CharField(choices=[('corrected', 'Corrected'), ('explained', 'Explained'), ('disputed', 'Disputed')], max_length=10)),
                        ('text', models.CharField(max_length=1000)),
                        ('answered_by_key', models.CharField(max_length=80)),
                        ('answered_by', models.CharField(max_length=200)),
                        ('answered_at', models.DateTimeField()),
                        ('breach', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='travel.ratebreach')),
                    ],
                    options={
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='575a2c633a69325cf5e81e1cc0bdaeb67495e369', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_63d8d', table='travel_breachanswer', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='baafaffc56e03047cc4e8e3047f3fedc36a09741', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_f4b70', table='travel_breachanswer', when='BEFORE'))],
                    },
                ),
                migrations.CreateModel(
                    name='RentalCar',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('key', models.SlugField(max_length=80)),
                        ('name', models.CharField(max_length=120)),
                        ('car_class', models.CharField(choices=[('small', 'small'), ('compact', 'compact'), ('family', 'family'), ('suv', 'suv'), ('van', 'van')], max_length=10)),
                        ('fuel', models.CharField(choices=[('electric', 'electric'), ('petrol', 'petrol'), ('diesel', 'diesel'), ('hybrid', 'hybrid'), ('plug_in', 'plug_in')], max_length=8)),
                        ('litres_100km', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                        ('kwh_100km', models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                        ('co2_g_km', models.PositiveSmallIntegerField()),
                        ('range_km', models.PositiveSmallIntegerField(help_text='on a charge', null=True)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rental_cars', to='agreements.lot')),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rental_cars', to='organisations.organisation')),
                    ],
                    options={
                        'ordering': ['lot', 'car_class', 'key'],
                        'constraints': [models.UniqueConstraint(fields=('lot', 'key'), name='rental_car_once_in_a_lot'), models.CheckConstraint(condition=models.Q(models.Q(('co2_g_km', 0), ('fuel', 'electric'), ('kwh_100km__gt', 0), ('litres_100km', 0)), models.Q(models.Q(('fuel', 'electric'), _negated=True), ('litres_100km__gt', 0)), _connector='OR'), name='rental_car_runs_on_something')],
                    },
                ),
                migrations.CreateModel(
                    name='RentalPrice',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('day', models.DecimalField(decimal_places=2, max_digits=10)),
                        ('week', models.DecimalField(decimal_places=2, max_digits=10)),
                        ('month', models.DecimalField(decimal_places=2, max_digits=10)),
                        ('km_included', models.PositiveSmallIntegerField(help_text='a day; empty: as far as one likes', null=True)),
                        ('extra_km', models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                        ('valid_from', models.DateField()),
                        ('valid_to', models.DateField(null=True)),
                        ('source', models.CharField(max_length=200)),
                        ('car', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='travel.rentalcar')),
                    ],
                    options={
                        'ordering': ['car', 'valid_from'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('day__gt', 0), ('extra_km__gte', 0), ('month__gt', 0), ('week__gt', 0)), name='rental_prices_are_above_zero'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('car', '='), (fellestorg.kernel.sql.DateRange('valid_from', 'valid_to'), '&&')], name='one_rental_price_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='TravelTerms',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('stay', 'Stay'), ('rental', 'Rental')], max_length=8)),
                        ('valid_from', models.DateField()),
                        ('document', models.JSONField()),
                        ('source', models.CharField(help_text='where the framework says so', max_length=300)),
                        ('verified', models.BooleanField(default=False)),
                        ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='travel_terms', to='agreements.lot')),
                    ],
                    options={
                        'ordering': ['lot', 'valid_from'],
                        'constraints': [models.UniqueConstraint(fields=('lot', 'valid_from'), name='travel_terms_one_a_day')],
                        'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8d7e5b696d0d10f25a769d56372cfb929f975dde', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c6ea6', table='travel_travelterms', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='2be1c02deebc05be5775c85777656e911e45e321', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_a719d', table='travel_travelterms', when='BEFORE'))],
                    },
                ),
            ],
        ),
    ]
